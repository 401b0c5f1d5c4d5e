"""163 real EVTX files: read whole, routed, and each record one event whatever the road."""

from __future__ import annotations

from collectors.parser import Context
from collectors.parsers.windows.parser import WindowsParser
from collectors.sources.evtx import Damage, chunks
from soc.logsource import load_table
from soc.raw import RawRecord, Transport
from tests.builders import NOON
from tests.corpus import corpus


def test_every_record_of_every_file_is_an_event_of_its_own() -> None:
    table, parser, context = load_table(), WindowsParser(), Context(NOON)
    files = records = 0
    routes: set[str] = set()
    identities: set[bytes | None] = set()
    for path in sorted(corpus("evtx-dev").rglob("*.evtx")):
        files += 1
        damage = Damage()
        for chunk in chunks(path, damage):
            for parsed in parser.parse(RawRecord("t", "t", 0, "", Transport.EVTX, chunk.data), context):
                records += 1
                routes.add(table.route_of(parsed.event))
                identities.add(parsed.identity)
                assert parsed.event["event.kind"] != "pipeline_error", path
                assert parsed.time_status == "exact"
        assert damage == Damage(), path
    assert files == 163
    assert records > 7_000
    assert all(route.startswith("windows.") for route in routes)
    assert None not in identities
    # The same recording is in some files twice; nothing else shares an identity.
    assert len(identities) > records * 0.9
