"""When what is sent: the order of revisions, lateness, mishaps; and what the hub makes of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from reports.kpi import hub
from reports.simulate.batches import parcels
from reports.simulate.past import sender_of, write_past
from reports.simulate.plan import PAST, Plan
from reports.simulate.scenario import Kind, Mishap, Scenario, scenario
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.errors import SourceError
from soc.paths import DataDir
from soc.state.store import State
from tests.unit.reports.simulate.worlds import NOW, a_plan

HOUR = timedelta(hours=1)
FEW = {kind: min(span, timedelta(days=12)) for kind, span in PAST.items()}


def a_state(folder: Path) -> State:
    return State.open(DataDir(folder).make(), ManualClock(NOW))


def faults_of(state: State, plan: Plan, sender: str, days: int) -> Counter[str]:
    """What the hub says of some days of one sender."""
    found: Counter[str] = Counter()
    for one in parcels(sender, plan.between(sender, NOW - timedelta(days=days), NOW), within=6 * HOUR):
        receipt = hub.receive(state, plan.world, one.body, sender_of(plan, sender), one.at)
        found.update(fault["code"] for item in receipt.items for fault in item["faults"])
    return found


def test_every_owed_sender_but_our_own_is_simulated() -> None:
    senders = a_plan().senders()
    assert len([name for names in senders.values() for name in names]) == 10
    assert not {"soc", "ioc"} & set(senders)


def test_a_stretch_cut_in_two_gives_the_same_deliveries() -> None:
    plan, middle = a_plan("demo"), NOW - timedelta(hours=30)
    for sender in ("demo-documents", "demo-press", "demo-tourism"):
        whole = plan.between(sender, NOW - timedelta(hours=60), NOW)
        halves = plan.between(sender, NOW - timedelta(hours=60), middle) + plan.between(sender, middle, NOW)
        assert halves == whole


def test_revisions_of_a_figure_are_delivered_in_their_order() -> None:
    plan = a_plan("demo")
    for sender in ("demo-economy", "demo-tourism"):
        last: dict[tuple[object, ...], int] = {}
        for one in plan.between(sender, NOW - timedelta(days=1_200), NOW, past=True):
            item = one.item
            period = orjson.dumps(item["period"])
            key = (item["kpi_id"], item["unit_id"], period, orjson.dumps(item["dimensions"]), item["cumulative"])
            if item["revision"] == 0 and key in last:
                continue
            assert item["revision"] == last.get(key, -1) + 1 or item["revision"] == last.get(key)
            last[key] = item["revision"]


def test_without_mishaps_the_hub_has_nothing_to_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.simulate.plan.PAST", FEW)
    state = a_state(tmp_path)
    plan = a_plan(Scenario("few", only=frozenset({"documents_tasks", "tourism", "press_social", "education"})))
    counts = write_past(state, plan, NOW)
    assert counts["accepted"] == counts["items"] > 3_000
    with state.read() as tx:
        assert {beat.at for beat in tx.receipts.beats(SYSTEM)} == {NOW}
    state.close()


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        (Kind.LATE, {"kpis": frozenset({"dossier_on_time_rate"})}, "KPI-W-LATE"),
        (Kind.RATIO_MISMATCH, {"kpis": frozenset({"dossier_on_time_rate"})}, "KPI-E-RATIO-MISMATCH"),
        (Kind.DUPLICATE, {"kpis": frozenset({"dossier_on_time_rate"})}, "KPI-I-DUPLICATE"),
    ],
)
def test_a_mishap_gets_its_code(tmp_path: Path, kind: Kind, more: dict[str, Any], code: str) -> None:
    state = a_state(tmp_path)
    plan = a_plan(Scenario("one", mishaps=(Mishap(kind, **more),)))
    assert faults_of(state, plan, "demo-services", 5)[code] > 0
    state.close()


@pytest.mark.parametrize(
    ("kind", "sender", "kpi", "code"),
    [
        (Kind.PARTS_DO_NOT_ADD, "demo-health", "notifiable_cases", "KPI-W-SUM-MISMATCH"),
        (Kind.JUMP, "demo-order", "traffic_violations", "KPI-W-JUMP"),
        (Kind.UNIT_REORGANISED, "demo-economy", "enterprises_new", "KPI-E-UNIT-NOT-VALID-ON-DATE"),
    ],
)
def test_a_mishap_of_history_gets_its_code(tmp_path: Path, kind: Kind, sender: str, kpi: str, code: str) -> None:
    state = a_state(tmp_path)
    mishap = Mishap(kind, kpis=frozenset({kpi}), first=-2, last=-1, factor=Decimal(9))
    found = faults_of(state, a_plan(Scenario("one", mishaps=(mishap,))), sender, 20)
    assert found[code] > 0
    assert set(found) <= {code, "KPI-W-LATE", "KPI-E-REVISION-ORDER"}
    state.close()


def test_a_gap_is_silence_and_a_dead_link_sends_all_of_it_later() -> None:
    gap = Scenario("gap", mishaps=(Mishap(Kind.GAP, kpis=frozenset({"call_wait_seconds"})),))
    sent = a_plan(gap).between("demo-calls", NOW - HOUR * 5, NOW)
    assert sent
    assert "call_wait_seconds" not in {one.item["kpi_id"] for one in sent}
    down = Mishap(Kind.LINK_DOWN, subsystem="call_centre", since=-HOUR * 3, by=HOUR * 24)
    plan, free = a_plan(Scenario("down", mishaps=(down,))), a_plan()
    assert plan.between("demo-calls", NOW - HOUR * 3, NOW + HOUR * 20) == []
    late, usual = (one.between("demo-calls", NOW - HOUR * 3, NOW + HOUR * 25) for one in (plan, free))
    assert {one.item["observation_id"] for one in late} == {one.item["observation_id"] for one in usual}
    assert plan.silent("demo-calls", NOW)
    assert not plan.silent("demo-calls", NOW + HOUR * 22)


def test_a_restatement_says_why_and_what_it_replaces() -> None:
    bend = Mishap(Kind.RESTATEMENT, kpis=frozenset({"online_dossier_rate"}))
    sent = a_plan(Scenario("r", mishaps=(bend,))).between("demo-services", NOW - timedelta(days=4), NOW)
    corrections = [one.item for one in sent if one.item["revision"]]
    assert corrections
    assert all(one["restatement"]["reason_code"] == "error_fixed" and one["supersedes"] for one in corrections)


def test_everything_is_marked_as_simulated() -> None:
    plan = a_plan("demo")
    for sender in plan.senders():
        for one in parcels(sender, plan.between(sender, NOW - timedelta(days=3), NOW), within=HOUR):
            document = orjson.loads(one.body)
            assert document["sender"]["contact"] == "simulated"
            assert all("simulated" in item["quality"]["flags"] for item in document["observations"])


def test_a_scenario_that_does_not_ship_is_named() -> None:
    with pytest.raises(SourceError, match="y2021"):
        scenario("y1999")


def test_two_of_nine_are_connected_in_2021() -> None:
    plan = a_plan("y2021", profile="nghe-an")
    assert {name for names in plan.senders().values() for name in names} == {"documents_tasks", "public_services"}
    assert len(plan.scenario.reasons) == 7
