"""A raw record that stands for a capture file -> its flows and messages."""

from __future__ import annotations

from collections.abc import Iterable

from collectors.parser import Context, Parsed
from collectors.sources.pcap.source import read, reference
from soc.errors import ParseError
from soc.raw import RawRecord, Transport


class PcapParser:
    """Lazy on purpose: a capture gives more events than memory should hold."""

    name = "pcap"
    version = 1

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        if record.transport is not Transport.PCAP:
            # The record names a file: only our own import may say which.
            raise ParseError("a capture comes by import, not over the network", kind="bad_body")
        path, digest, name = reference(record.data)
        if not path.is_file():
            raise ParseError(f"the capture {path} is gone - import it again", kind="bad_body")
        return read(path, digest=digest, name=name)
