"""Plain syslog: what is left when no product is known. Header, program and text are kept, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable

from collectors.codecs.syslog import header
from collectors.codecs.text import text_of
from collectors.parser import Context, Parsed
from collectors.parsers.envelope import event_of, name_process, parsed
from soc.raw import RawRecord


class SyslogParser:
    """Any text with or without a header."""

    name = "syslog"
    version = 1

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        head = header(text_of(record.data), context)
        event = event_of(head, head.body)
        name_process(event, head)
        event["event.module"] = "syslog"
        event["event.dataset"] = "syslog.log"
        event["event.category"] = []
        event["event.type"] = ["info"]
        return (parsed(event, head),)
