"""The reader of the contract, and the schema that is published for it."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import orjson
import pytest

from reports.kpi import schema
from reports.kpi.contract import BatchRefused, Draft
from reports.kpi.fields import DAY, TIME
from reports.kpi.reading import _texts, draft_of, read_batch
from reports.kpi.writing import item_of
from soc.observation import Cumulative, Status
from soc.period import PeriodType
from tests.long.test_mutated_batches import bend, some_items
from tests.unit.reports.kpi.json_schema import is_valid
from tests.unit.reports.kpi.worlds import a_batch, an_item

COUNT = 20_000 if os.environ.get("SOC_PROOF") else 500
SCHEMA: dict[str, Any] = orjson.loads(schema.shipped())
ITEM = SCHEMA["properties"]["observations"]["items"]

FULL: dict[str, Any] = {
    "observation_id": "soc-nghe-an:alert_ack_sla_rate:so_y_te:month:2026-10-15:9f2c11aa:r0",
    "kpi_id": "alert_ack_sla_rate",
    "definition_version": "2026.1",
    "unit_id": "so_y_te",
    "dimensions": {"severity": "high"},
    "period": {"type": "month", "start": "2026-10-15", "end": "2026-11-14", "label": "2026-11"},
    "cumulative": "none",
    "value": "96.4",
    "numerator": "187",
    "denominator": 194,
    "status": "official",
    "revision": 0,
    "supersedes": None,
    "restatement": None,
    "reason": None,
    "responsible": {"function": "cyber_security", "unit_id": "cong_an_tinh", "person_ref": "u-0412"},
    "provenance": {
        "method": "automatic",
        "source_system": "soc-nghe-an",
        "source_query": "alerts/ack-sla@7",
        "extracted_at": "2026-11-15T08:00:03+07:00",
        "pipeline_version": "1.4.0",
        "inputs_digest": "sha256:x",
        "approved_by": "u-0107",
        "approved_at": "2026-11-15T08:01:40+07:00",
        "origin": [],
    },
    "quality": {"checks_passed": 9, "flags": []},
    "freshness": {"due_at": "2026-11-18T17:00:00+07:00", "grace": "P1D", "valid_until": "2026-12-18T17:00:00+07:00"},
    "sensitivity": "internal",
    "marking": {"tlp": "GREEN", "circulation": "internal"},
    "external_codes": {"lgsp": "x1"},
}
"""The item of ioc-hub.md 4.2, whole."""


def codes(draft: Draft) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer.removeprefix("/observations/0")) for fault in draft.faults]


def test_the_item_of_the_specification_is_read_whole() -> None:
    draft = draft_of(FULL, 0)

    assert codes(draft) == []
    assert (draft.kpi, draft.status, draft.cumulative) == ("alert_ack_sla_rate", Status.OFFICIAL, Cumulative.NONE)
    assert draft.period is not None
    assert draft.period.type is PeriodType.MONTH
    assert str(draft.value) == "96.4"
    assert draft.note["provenance"]["extracted_at"] == "2026-11-15T08:00:03+07:00"


BAD: list[tuple[str, Any, str]] = [
    ("/value", 96.4, "KPI-E-NUMBER"),
    ("/value", 96, "KPI-E-NUMBER"),
    ("/value", "96,4", "KPI-E-NUMBER"),
    ("/value", "1e3", "KPI-E-NUMBER"),
    ("/value", "NaN", "KPI-E-NUMBER"),
    ("/value", "007", "KPI-E-NUMBER"),
    ("/value", "1" * 19, "KPI-E-NUMBER"),
    ("/value", "0.1234567", "KPI-E-NUMBER"),
    ("/value", "1\n", "KPI-E-NUMBER"),
    ("/value", "١٢", "KPI-E-NUMBER"),
    ("/denominator", 1.5, "KPI-E-NUMBER"),
    ("/denominator", True, "KPI-E-NUMBER"),
    ("/status", "final", "KPI-E-SCHEMA"),
    ("/revision", -1, "KPI-E-SCHEMA"),
    ("/revision", True, "KPI-E-SCHEMA"),
    ("/reason", "x" * 2_001, "KPI-E-SCHEMA"),
    ("/reason", "a\x00b", "KPI-E-SCHEMA"),
    ("/dimensions", dict.fromkeys("abcdefg", "x"), "KPI-E-DIMENSION"),
    ("/dimensions", {"Severity": "high"}, "KPI-E-DIMENSION"),
    ("/dimensions", [], "KPI-E-DIMENSION"),
    ("/period", "2026-11", "KPI-E-SCHEMA"),
    ("/unit_id", "Sở Y tế", "KPI-E-SCHEMA"),
    ("/sensitivity", "secret", "KPI-E-SCHEMA"),
    ("/quality", [], "KPI-E-SCHEMA"),
]


@pytest.mark.parametrize(("place", "value", "code"), BAD)
def test_a_bad_field_is_told_with_its_place(place: str, value: Any, code: str) -> None:
    item = json.loads(json.dumps(FULL | {place[1:]: value}))
    batch = read_batch(a_batch(item))

    assert (code, place) in codes(batch.drafts[0])


PERIODS: list[dict[str, Any]] = [
    {"type": "month", "start": "2026-10-15"},
    {"type": "month", "start": "2026-02-30", "end": "2026-03-14"},
    {"type": "month", "start": "15/10/2026", "end": "14/11/2026"},
    {"type": "realtime", "start": "2026-10-15", "end": "2026-10-15"},
    {"type": "realtime", "at": "2026-10-15T08:00:00"},
    {"type": "realtime", "at": "2026-10-15T08:00:00+07:00", "start": "2026-10-14"},
    {"type": "day", "start": "2026-10-15", "end": "2026-10-15", "at": "2026-10-15T08:00:00+07:00"},
    {"type": "decade", "start": "2026-10-15", "end": "2026-10-15"},
]


@pytest.mark.parametrize("period", PERIODS)
def test_dates_that_are_no_period_are_told(period: dict[str, Any]) -> None:
    assert {code for code, _ in codes(draft_of(FULL | {"period": period}, 0))} == {"KPI-E-PERIOD-FORMAT"}


def test_a_key_that_stands_twice_is_refused() -> None:
    raw = a_batch(FULL).replace(b'"kpi_id":', b'"kpi_id": "other", "kpi_id":')
    nested = a_batch(FULL).replace(b'"tlp":', b'"tlp": "RED", "tlp":')
    codes_of_map = a_batch(FULL).replace(b'"lgsp":', b'"lgsp": "y", "lgsp":')

    for bytes_of in (raw, nested, codes_of_map):
        assert {code for code, _ in codes(read_batch(bytes_of).drafts[0])} == {"KPI-E-SCHEMA"}
    with pytest.raises(BatchRefused, match="stands twice"):
        read_batch(a_batch(FULL).replace(b'"batch_id":', b'"batch_id": "x", "batch_id":'))


def test_unknown_fields_are_named_and_left_out() -> None:
    item = FULL | {"colour": "red", "provenance": FULL["provenance"] | {"a/b": 1}}
    draft = draft_of(item, 0)

    assert sorted(codes(draft)) == [("KPI-I-UNKNOWN-FIELD", "/colour"), ("KPI-I-UNKNOWN-FIELD", "/provenance/a~1b")]
    assert "a/b" not in draft.note["provenance"]
    assert read_batch(a_batch(FULL, **{"more": 1, "10.0.0.1": 2})).unknown == ("/more", "/?")


def test_an_envelope_with_a_secret_mark_is_refused() -> None:
    with pytest.raises(BatchRefused, match="state secret"):
        read_batch(a_batch(FULL, gateway={"via": "Tối mật"}))


def test_text_is_kept_in_one_form() -> None:
    draft = draft_of(FULL | {"reason": "xa\u0302y"}, 0)

    assert draft.reason == "x\u00e2y"


def test_the_same_json_written_otherwise_is_the_same_content() -> None:
    document = json.loads(a_batch(FULL))
    turned = dict(reversed(document.items()))

    assert read_batch(json.dumps(turned, indent=3).encode()).content == read_batch(a_batch(FULL)).content
    later = a_batch(FULL, sent_at="2026-11-24T11:00:00+07:00", gateway={"via": "lgsp", "trace_id": "2"})
    assert read_batch(later).content == read_batch(a_batch(FULL)).content
    assert read_batch(a_batch(FULL | {"value": "96.39"})).content != read_batch(a_batch(FULL)).content


def test_the_schema_of_the_package_is_that_of_the_code() -> None:
    assert schema.shipped() == schema.text(), "write reports/kpi/kpi-contract-1.json anew from reports.kpi.schema"


def test_reader_and_schema_agree() -> None:
    """Both ways, over bent items; what the schema cannot say is left to the reader."""
    rng = random.Random(42)
    good = bad = 0
    for _ in range(COUNT):
        item = rng.choice([json.loads(json.dumps(FULL)), *some_items(rng)])
        for _ in range(rng.randrange(3)):
            bend(item, rng)
        raw = json.loads(json.dumps(item))
        faults = [one for one in codes(draft_of(raw, 0)) if one[0].startswith("KPI-E-")]
        if is_valid(raw, ITEM):
            assert all(unsaid(one, raw) for one in faults), (raw, faults)
        else:
            assert faults, raw
        good, bad = good + (not faults), bad + bool(faults)
    assert min(good, bad) > COUNT // 10


def unsaid(fault: tuple[str, str], item: dict[str, Any]) -> bool:
    """What no schema of ours says: days that do not exist, years, control characters, which dates a type needs."""
    code, place = fault
    value: Any = item
    for step in place.split("/")[1:]:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    if any(not text.isprintable() or DAY.fullmatch(text) or TIME.fullmatch(text) for text in _texts(value)):
        return True
    return (code, place) == ("KPI-E-PERIOD-FORMAT", "/period")


def test_what_is_written_can_be_read_again() -> None:
    from reports.kpi.hub import observation_of

    one = observation_of(draft_of(FULL, 0))
    assert one is not None
    again = observation_of(draft_of(json.loads(json.dumps(item_of(one))), 0))
    assert again == one


def test_a_hundred_thousand_brackets_are_no_crash() -> None:
    with pytest.raises(BatchRefused, match="deep"):
        read_batch(b"[" * 100_000)
    with pytest.raises(BatchRefused, match="deep"):
        read_batch(a_batch(an_item(reason=[[[[[[[[[[[[1]]]]]]]]]]]])))
