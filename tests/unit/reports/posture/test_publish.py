from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import jsonschema  # type: ignore[import-untyped]
import orjson

from reports.posture.keep import close_day
from reports.posture.publish import KPI, observation_of
from soc.access import ROOT, SYSTEM
from soc.state.accounting import Count, Fate
from soc.state.posture import PostureRow
from soc.state.store import State
from tests.builders import NOON
from tests.unit.reports.posture.a_province import HEALTH, HOUR, UNITS, a_province

YESTERDAY = date(2026, 11, 23)


def closed(state: State) -> tuple[PostureRow, ...]:
    with state.read() as tx:
        return tx.posture.revisions(ROOT, YESTERDAY, SYSTEM)


def test_a_closed_day_is_an_observation_of_the_contract(state: State) -> None:
    a_province(state, silent={"fw-yt": 48})
    close_day(state, UNITS, YESTERDAY, NOON)
    with state.write() as tx:
        tx.accounting.note([Count("fw-yt", NOON - n * HOUR, Fate.HEARD, 1, unit=HEALTH) for n in range(1, 49)])
    close_day(state, UNITS, YESTERDAY, NOON + timedelta(hours=1))
    first, second = closed(state)
    items = [observation_of(row, "tinh") for row in (first, second)]
    batch = {
        "schema": "kpi-contract/1",
        "batch_id": "0192c7f0-5f0e-7000-8000-000000000001",
        "sent_at": NOON.isoformat(),
        "sender": {"system": "soc", "contact": "an"},
        "observations": items,
    }
    schema = orjson.loads((files("reports.kpi") / "kpi-contract-1.json").read_bytes())
    jsonschema.validate(orjson.loads(orjson.dumps(batch)), schema)
    assert [one["kpi_id"] for one in items] == [KPI, KPI]
    assert items[0]["value"] == str(first.shown)
    assert items[1]["value"] == str(second.shown)
    assert items[1]["supersedes"] == items[0]["observation_id"]
    assert "restatement" not in items[0]
    assert items[1]["restatement"]["reason_code"] == "late_input"
    assert items[0]["provenance"]["inputs_digest"] != items[1]["provenance"]["inputs_digest"]
