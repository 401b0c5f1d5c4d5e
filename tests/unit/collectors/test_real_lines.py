"""Lines as devices send them, by product and version: the facts, the meaning, the time, and the product itself.

`real_lines/*.yml`: `facts` are fields that must hold, `absent` must not be there, `means` are `event.*` (types at
least these), `at` and `status` the time, `flags` what may be noted in `soc.quality`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.detect_product import ProductDetector
from collectors.senders import OneSender
from soc.event import Event
from soc.fields.validate import validate
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree
from socctl import wiring

FOLDER = Path(__file__).parent / "real_lines"
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def _cases() -> list[Any]:
    cases = []
    for path in sorted(FOLDER.glob("*.yml")):
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for number, entry in enumerate(document["lines"], 1):
            cases.append(pytest.param(document["product"], entry, id=f"{path.stem}-{number}"))
    return cases


CASES = _cases()


def _event(line: str, product: str) -> Event:
    normaliser = wiring.normaliser(OneSender("test", product), UnitTree([]))
    return normaliser.events(_record(line), ingested=NOW)[0]


def _record(line: str) -> RawRecord:
    return RawRecord("test", "test", int(NOW.timestamp() * 1e9), "192.0.2.1", Transport.TCP, line.encode())


@pytest.mark.parametrize(("product", "entry"), CASES)
def test_a_line_says_what_its_device_meant(product: str, entry: dict[str, Any]) -> None:
    event = _event(entry["line"], product)

    assert event["event.kind"] != "pipeline_error", event.get("error.message")
    assert {name: event.get(name) for name in entry.get("facts") or {}} == (entry.get("facts") or {})
    assert [name for name in entry.get("absent", ()) if name in event] == []
    for word, wanted in (entry.get("means") or {}).items():
        found = event.get(f"event.{word}")
        if word in ("category", "type"):
            assert set(wanted) <= set(found or ()), (word, wanted, found)
        else:
            assert found == wanted, word


@pytest.mark.parametrize(("product", "entry"), CASES)
def test_a_line_has_its_time_and_keeps_to_the_field_table(product: str, entry: dict[str, Any]) -> None:
    event = _event(entry["line"], product)

    assert event["@timestamp"] == entry.get("at", event["@timestamp"])
    assert event["soc.time.status"] == entry.get("status", event["soc.time.status"])
    assert event.get("soc.quality", []) == entry.get("flags", [])
    assert validate(event) == []


@pytest.mark.parametrize(("product", "entry"), CASES)
def test_the_first_line_of_a_sender_tells_its_product(product: str, entry: dict[str, Any]) -> None:
    assert ProductDetector().product_of(_record(entry["line"])) == product


_IDENTITY = re.compile(
    r"(?:source|destination)\.(?:ip|port|mac|domain|nat\.ip)|(?:host|observer)\.name|user\.(?:name|domain)"
)
_ENUMERATED = (
    (re.compile(r'\b(action|logid|status|level|subtype|severity|eventtype)=("?)[\w./-]+'), r"\1=\2zz-unseen"),
    (
        re.compile(r'("(?:action|event_type|state|reason|category|EventID|EventId|event_id|code)":"?)[\w./-]+'),
        r"\g<1>9731",
    ),
    (re.compile(r"%([A-Z][\w]*)-(\d)-[A-Z0-9_]+( ?:)"), r"%\1-\2-ZZUNSEEN\3"),
    (re.compile(r"\b(Accepted|Failed) (password|publickey)\b"), r"\1 zz-unseen"),
    (re.compile(r'" ([2-5])\d\d (\d+|-)'), r'" 799 \2'),
    (re.compile(r"\bPROTO=\w+"), "PROTO=ZZ"),
    (re.compile(r"\[UFW \w+\]"), "[UFW ZZ]"),
)


@pytest.mark.parametrize(("product", "entry"), CASES)
def test_unseen_ids_and_words_cost_no_identity_facts(product: str, entry: dict[str, Any]) -> None:
    line = entry["line"]
    for pattern, replacement in _ENUMERATED:
        line = pattern.sub(replacement, line)
    before, after = _event(entry["line"], product), _event(line, product)

    assert after["event.kind"] != "pipeline_error"
    wanted = {name for name in entry.get("facts") or {} if _IDENTITY.fullmatch(name)}
    assert {name: after.get(name) for name in wanted} == {name: before.get(name) for name in wanted}
