"""A compiled mapping file: a parser like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from collectors.codecs import syslog
from collectors.codecs.decoded import Decoded
from collectors.codecs.text import text_of
from collectors.enrich.addresses import address, domain
from collectors.mapping.body import Decode
from collectors.mapping.cases import run_fields
from collectors.mapping.clock import Read
from collectors.mapping.detect import Score
from collectors.mapping.fields import Steps
from collectors.mapping.work import Act, Work
from collectors.parser import Context, Parsed
from collectors.times import Moment
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord

ENVELOPES = ["syslog", "syslog?", "none"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file compiles to. `branches`: the lines of its cases, `always`: what every event of it says."""

    name: str
    version: int
    root: str
    envelope: str
    always: Event
    decode: Decode
    time: Read
    dataset: Callable[[dict[str, Any]], str]
    steps: Steps
    meaning: Act
    score: Score
    detects: bool
    branches: tuple[int, ...]
    samples: str


class MappingParser:
    """Tier 1 finds the keys or refuses; tier 2 only adds."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.name = plan.name
        self.version = plan.version
        self._names: dict[str, str] = {}

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        return (self.read(text_of(record.data), context),)

    def read(self, text: str, context: Context, trace: set[int] | None = None) -> Parsed:
        """The event of one line; `trace` collects the lines of the cases that it took."""
        plan = self.plan
        head = None if plan.envelope == "none" else syslog.header(text, context)
        if head is not None and plan.envelope == "syslog" and head.dialect is syslog.Dialect.BARE:
            raise ParseError("no syslog header", kind="bad_header")
        body = text if head is None else head.rest
        decoded = plan.decode(body)
        event: Event = dict(plan.always)
        if head is not None:
            event.update(syslog.fields(head))
        self._keep(decoded, event)
        event["event.dataset"] = plan.dataset(decoded.keys)
        work = Work(decoded.keys, event, context, [*decoded.flags], plan.root, trace)
        run_fields(plan.steps, work)
        plan.meaning(work)
        if head is not None and head.host:
            _name_observer(event, head.host)
        _repeat_user(event)
        if "message" not in event and isinstance(message := decoded.keys.get("message"), str):
            event["message"] = message
        moment = plan.time(decoded.keys, context)
        return _parsed(work, moment, head)

    def _keep(self, decoded: Decoded, event: Event) -> None:
        """Every key under the vendor's root, under its own name; names repeat, so they are joined once."""
        names = self._names
        for key, value in decoded.keys.items():
            try:
                name = names[key]
            except KeyError:
                name = f"{self.plan.root}.{key}"
                if len(names) < 5_000:
                    names[key] = name
            event[name] = value
        if decoded.overflow:
            event["soc.overflow"] = decoded.overflow


def _parsed(work: Work, moment: Moment | None, head: syslog.Header | None) -> Parsed:
    if head is not None:
        work.quality += head.flags
        moment = moment or head.moment
    if moment is None:
        return Parsed(work.event, None, time_status="receive_time", quality=work.quality)
    return Parsed(work.event, moment.at, time_status=moment.status, quality=work.quality)


def _name_observer(event: Event, host: str) -> None:
    """The header's host is who reports, unless the body named itself."""
    canonical = address(host)
    if canonical is not None:
        event.setdefault("observer.ip", [canonical])
    if "observer.name" not in event:
        event["observer.name"] = canonical or domain(host)
        event["observer.hostname"] = host


def _repeat_user(event: Event) -> None:
    """The acting user stands in `user.*`, and for network events in `source.user.*`, too (collectors.md 3.3)."""
    if "user.name" in event and "source.ip" in event and "network" in event.get("event.category", ()):
        event.setdefault("source.user.name", event["user.name"])
