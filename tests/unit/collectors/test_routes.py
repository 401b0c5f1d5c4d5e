"""The log-source table against the parsers: every name that it promises is written by some parser's sample."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from collectors.parser import Context
from collectors.registry import parser
from soc.logsource import UNROUTED, load_table
from soc.raw import RawRecord, Transport

COLLECTORS = Path(__file__).resolve().parents[3] / "collectors"
# Names without a device of their own: what comes in that way states its log source by hand.
GENERIC = {"json", "kv", "cef", "leef", "syslog"}
CAPTURES = {"pcap.dns", "pcap.flow", "pcap.other"}  # their records need tshark; tests/corpora reads real ones


@cache
def seen() -> dict[str, set[str]]:
    """Route -> names of the fields in the samples of all parsers."""
    context = Context(datetime(2026, 11, 24, 5, 0, tzinfo=UTC))
    table = load_table()
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((*COLLECTORS.glob("*/samples/*/*.log"), *COLLECTORS.glob("*/samples/*.log"))):
        name = path.parent.name
        for line in path.read_bytes().splitlines():
            for parsed in parser(name).parse(RawRecord("t", "t", 0, "", Transport.UDP, line), context):
                route = table.route_of(parsed.event)
                assert route != UNROUTED or name in GENERIC, (path, line)
                found[route].update(parsed.event)
    return found


def test_every_route_beside_windows_services_has_a_sample() -> None:
    routes = {name for name in load_table().routes if not name.startswith(("windows.", "linux.sysmon"))}
    assert routes - set(seen()) == CAPTURES


def test_every_name_of_the_table_is_written_by_some_parser() -> None:
    written = set().union(*seen().values())
    plans = [plan for route in load_table().routes.values() for plan in route.fields.values()]
    promised = {name for plan in plans for name in plan.names if not name.endswith(".NoTarget")}
    # A name may lie inside an object that the event holds under a shorter key.
    missing = {name for name in promised - written if not any(name.startswith(f"{key}.") for key in written)}
    assert missing == set()


def test_every_header_name_of_windows_is_written() -> None:
    header = set(load_table().routes["windows.security"].header.values())
    assert header - set().union(*seen().values()) <= {"@timestamp", "winlog.activity_id", "winlog.provider_guid"}
