"""Every parser is found by its name, and the site's mappings win."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import registry
from collectors.mapping.library import SiteMappings, shipped
from collectors.parser import Context
from soc.errors import MappingError, ParseError
from soc.fields.validate import validate
from soc.raw import RawRecord, Transport

CONTEXT = Context(datetime(2026, 11, 22, 4, 0, tzinfo=UTC))
OWN = """
mapping: 1
name: kv
version: 7
root: kv
codec: {kind: kv}
"""


@pytest.mark.parametrize("name", registry.names())
def test_every_name_has_a_parser_with_a_version(name: str) -> None:
    parser = registry.parser(name)
    assert parser.version >= 1
    assert registry.parser(name) is parser
    assert parser.name == ("windows" if name == "evtx" else name)


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        registry.parser("no-such-product")
    with pytest.raises(KeyError):
        shipped("no-such-product")


def test_a_mapping_of_the_site_wins_by_name(tmp_path: Path) -> None:
    (tmp_path / "kv.yml").write_text(OWN)
    try:
        registry.use_site(tmp_path)
        assert registry.parser("kv").version == 7
    finally:
        registry.use_site(tmp_path / "nothing")
    assert registry.parser("kv").version != 7


def test_a_bad_file_of_the_site_keeps_the_old_mapping_and_says_why(tmp_path: Path) -> None:
    site = SiteMappings(tmp_path)
    path = tmp_path / "kv.yml"
    path.write_text(OWN)
    assert site.reload()
    assert not site.reload()
    path.write_text(OWN + "colour: red\n")
    assert site.reload()
    assert site.parsers()["kv"].version == 7
    assert "colour" in str(site.faults[path])
    path.write_bytes(b"\xff")
    site.reload()
    assert site.parsers()["kv"].version == 7
    assert "not UTF-8" in str(site.faults[path])
    path.unlink()
    assert site.reload()
    assert site.parsers() == {}
    path.write_text("name: [")
    with pytest.raises(MappingError):
        registry.use_site(tmp_path)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["cef", "leef", "kv", "json", "syslog"]),
    st.binary(max_size=120) | st.text(max_size=100).map(lambda text: f"<13>Nov 22 10:11:12 h {text}=1 a=b".encode()),
)
def test_any_bytes_give_valid_events_or_a_parse_error(name: str, data: bytes) -> None:
    record = RawRecord("syslog", "s", 0, "192.0.2.9", Transport.UDP, data)
    try:
        parsed = list(registry.parser(name).parse(record, CONTEXT))
    except ParseError:
        return
    faults = [fault for fault in validate(parsed[0].event, whole=False) if "NFC" not in fault]
    assert not faults
