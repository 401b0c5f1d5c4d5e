"""One door: what is accepted, held, refused, and what stays of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from reports.kpi.contract import BatchRefused
from reports.kpi.hub import receive
from reports.kpi.receipt import Receipt
from reports.kpi.world import Sender, World
from soc.access import SYSTEM
from soc.observation import Known
from soc.state.findings import WantedFindings
from soc.state.observation_rows import Wanted
from soc.state.store import State
from soc.state.tables.receipts import FindingAnswer
from tests.unit.reports.kpi.worlds import (
    FINANCE,
    HEALTH,
    NOW,
    OLD,
    PROVINCE,
    WARD,
    a_batch,
    a_correction,
    a_sender,
    a_world,
    an_item,
    owed_by,
)

YESTERDAY = date(2026, 11, 23)


def push(
    state: State, *items: Any, number: int = 1, world: World | None = None, sender: Sender | None = None
) -> Receipt:
    return receive(state, world or a_world(), a_batch(*items, number=number), sender or a_sender(), NOW)


def codes(receipt: Receipt, index: int = 0) -> list[str]:
    return [fault["code"] for item in receipt.items if item["index"] == index for fault in item["faults"]]


def stored(state: State) -> Sequence[Known]:
    with state.read() as tx:
        return tx.observations.in_force(SYSTEM, Wanted())


def open_findings(state: State) -> list[str]:
    with state.read() as tx:
        return [one.check for one in tx.findings.page(SYSTEM, WantedFindings())]


def quiet_days(count: int = 30, value: str = "100") -> list[dict[str, Any]]:
    """A flat history that ends the day before yesterday."""
    return [an_item(value=value, day=YESTERDAY - timedelta(days=back)) for back in range(count, 0, -1)]


def test_a_good_item_is_accepted_and_stored(state: State) -> None:
    receipt = push(state, an_item(value="10"))

    assert dict(receipt.summary) == {
        "accepted": 1,
        "accepted_with_warnings": 0,
        "duplicate": 0,
        "quarantined": 0,
        "rejected": 0,
    }
    assert [str(known.observation.value) for known in stored(state)] == ["10"]


def test_the_same_batch_again_has_the_same_receipt_and_stores_nothing(state: State) -> None:
    first, again = push(state, an_item()), push(state, an_item())

    assert again.again
    assert again.body(every=True) == first.body(every=True)
    assert len(stored(state)) == 1


def test_the_same_batch_id_with_other_content_is_a_conflict(state: State) -> None:
    push(state, an_item("doc_total", "10"))

    with pytest.raises(BatchRefused) as caught:
        push(state, an_item("doc_total", "11"))

    assert caught.value.status == 409


def test_a_dry_run_says_the_same_and_stores_nothing(state: State) -> None:
    batch = a_batch(an_item(), an_item(kpi="nothing"))
    dry = receive(state, a_world(), batch, a_sender(), NOW, dry_run=True)

    assert stored(state) == ()
    real = receive(state, a_world(), batch, a_sender(), NOW)
    assert (real.summary, real.items) == (dry.summary, dry.items)


def test_an_item_in_another_batch_is_a_duplicate(state: State) -> None:
    push(state, an_item())
    receipt = push(state, an_item(), an_item(unit_id=HEALTH), number=2)

    assert (receipt.summary["duplicate"], receipt.summary["accepted"]) == (1, 1)
    assert codes(receipt) == ["KPI-I-DUPLICATE"]


def test_another_content_under_a_known_id_is_refused(state: State) -> None:
    push(state, an_item(value="10"))
    receipt = push(state, an_item(value="11"), number=2)

    assert codes(receipt) == ["KPI-E-ID-REUSED", "KPI-E-REVISION-ORDER"]


def test_all_faults_of_an_item_are_told(state: State) -> None:
    bad = an_item(
        "on_time_rate", "96.4", numerator="10", unit_id="nobody", sensitivity="public", period={"type": "day"}
    )
    receipt = push(state, bad, an_item())

    assert codes(receipt) == [
        "KPI-E-PERIOD-FORMAT",
        "KPI-E-UNKNOWN-UNIT",
        "KPI-E-SENSITIVITY",
        "KPI-E-PARTS-REQUIRED",
    ]
    assert receipt.summary["accepted"] == 1


def test_a_correction_is_the_next_revision_and_the_past_stays(state: State) -> None:
    item = an_item(value="10")
    push(state, item)
    receive(state, a_world(), a_batch(a_correction(item, value="12"), number=2), a_sender(), NOW + timedelta(hours=1))

    assert [str(known.observation.value) for known in stored(state)] == ["12"]
    with state.read() as tx:
        then = tx.observations.in_force(SYSTEM, Wanted(), as_of=NOW + timedelta(minutes=1))
    assert [str(known.observation.value) for known in then] == ["10"]


def test_a_revision_that_is_not_the_next_names_the_expected_one(state: State) -> None:
    item = an_item()
    push(state, item)
    receipt = push(state, a_correction(item, revision=3), number=2)

    assert codes(receipt) == ["KPI-E-REVISION-ORDER"]
    assert "expected 1" in receipt.items[0]["faults"][0]["message_en"]
    assert receipt.items[0]["retry"]


def test_revisions_in_one_batch_count_in_its_order(state: State) -> None:
    item = an_item(value="10")
    receipt = push(state, item, a_correction(item, value="11"))

    assert receipt.summary["accepted"] == 2
    assert [str(known.observation.value) for known in stored(state)] == ["11"]


def test_a_jump_is_held_and_never_shown(state: State) -> None:
    push(state, *quiet_days())
    receipt = push(state, an_item(value="900"), number=2)

    assert codes(receipt) == ["KPI-W-JUMP"]
    assert all(str(known.observation.value) == "100" for known in stored(state))
    assert open_findings(state) == ["KPI-W-JUMP"]
    with state.read() as tx:
        held = tx.observations.held(SYSTEM)
    assert [hold.codes for hold in held] == [("KPI-W-JUMP",)]


def test_a_correction_of_a_held_value_ends_the_hold_and_the_finding(state: State) -> None:
    push(state, *quiet_days())
    jump = an_item(value="900")
    push(state, jump, number=2)
    receipt = push(state, a_correction(jump, value="101"), number=3)

    assert receipt.summary["accepted"] == 1
    assert open_findings(state) == []
    with state.read() as tx:
        assert tx.observations.held(SYSTEM) == ()
        said = tx.findings.page(SYSTEM, WantedFindings(open_only=False))
    assert [one.answer for one in said] == [FindingAnswer.CORRECTED]


def test_a_flat_series_does_not_make_every_change_a_jump(state: State) -> None:
    push(state, *quiet_days(value="2"))

    assert push(state, an_item(value="4"), number=2).summary["accepted"] == 1


def test_seven_earlier_periods_are_too_few_to_judge(state: State) -> None:
    push(state, *quiet_days(9))

    assert push(state, an_item(value="900"), number=2).summary["accepted"] == 1


def test_an_instant_may_jump(state: State) -> None:
    at = [f"2026-11-23T{hour:02d}:00:00+07:00" for hour in range(12)]
    items = [an_item("queue_now", "2", period={"type": "realtime", "at": one}) for one in at]
    push(state, *items)
    now = {"type": "realtime", "at": "2026-11-24T09:58:00+07:00"}

    assert push(state, an_item("queue_now", "500", period=now), number=2).summary["accepted"] == 1


def test_a_year_to_date_that_falls_is_held(state: State) -> None:
    months = [("2026-09-14", "50"), ("2026-10-14", "40")]
    items = [
        an_item("monthly_total", value, cumulative="ytd", period={"type": "month", "start": "2025-12-15", "end": end})
        for end, value in months
    ]
    receipt = push(state, *items)

    assert codes(receipt, 1) == ["KPI-W-CUMULATIVE-DECREASE"]


def test_months_and_year_to_date_must_agree(state: State) -> None:
    first = {"type": "month", "start": "2025-12-15", "end": "2026-01-14"}
    receipt = push(
        state,
        an_item("monthly_total", "5", period=first),
        an_item("monthly_total", "7", period=first, cumulative="ytd"),
    )

    assert codes(receipt, 1) == ["KPI-W-SUM-MISMATCH"]
    assert receipt.summary["accepted_with_warnings"] == 1


def test_parts_that_do_not_give_the_whole_are_accepted_with_a_warning(state: State) -> None:
    parts = [an_item(value=value, dimensions={"topic": topic}) for topic, value in (("land", "4"), ("water", "5"))]
    receipt = push(state, an_item(value="10"), *parts)

    assert codes(receipt, 2) == ["KPI-W-SUM-MISMATCH"]
    assert open_findings(state) == ["KPI-W-SUM-MISMATCH"]
    whole = push(state, *(an_item(unit_id=HEALTH, value=v, dimensions=d) for v, d in SUMS), number=2)
    assert whole.summary["accepted"] == 3


SUMS: list[tuple[str, dict[str, str]]] = [("9", {}), ("4", {"topic": "land"}), ("5", {"topic": "water"})]


def test_a_second_source_is_held(state: State) -> None:
    push(state, an_item())
    batch = a_batch(an_item(day="2026-11-22"), number=2, sender={"system": "other"})
    receipt = receive(state, a_world(), batch, a_sender(), NOW)

    assert codes(receipt) == ["KPI-W-TWO-SOURCES"]


def test_the_profile_names_the_accepted_origin(state: State) -> None:
    receipt = push(state, an_item(), world=a_world(owes=(owed_by("other"),)))

    assert codes(receipt) == ["KPI-W-TWO-SOURCES"]


def test_a_key_speaks_for_its_units_and_subsystems_only(state: State) -> None:
    sender = a_sender(units=frozenset({HEALTH}), subsystems=frozenset({"order"}))
    receipt = push(state, an_item(), sender=sender)

    assert codes(receipt) == ["KPI-E-NOT-AUTHORISED-FOR-UNIT"] * 2
    with state.read() as tx:
        assert [one.act for one in tx.audit.page(SYSTEM, act="kpi.unauthorised")] == ["kpi.unauthorised"]


def test_a_stranger_does_not_learn_that_an_item_is_known(state: State) -> None:
    push(state, an_item())
    receipt = push(state, an_item(), number=2, sender=a_sender(units=frozenset({HEALTH})))

    assert codes(receipt) == ["KPI-E-NOT-AUTHORISED-FOR-UNIT"]


def test_a_unit_that_has_ended_names_its_successor(state: State) -> None:
    receipt = push(state, an_item(unit_id=OLD))

    assert codes(receipt) == ["KPI-E-UNIT-NOT-VALID-ON-DATE"]
    assert WARD in receipt.items[0]["faults"][0]["message_vi"]


def test_a_restricted_figure_comes_as_the_roll_up_of_the_province(state: State) -> None:
    receipt = push(state, an_item("crime_cases", "3"), an_item("crime_cases", "30", unit_id=PROVINCE))

    assert codes(receipt) == ["KPI-E-SENSITIVITY"]
    assert [(known.observation.key.unit, known.observation.sensitivity) for known in stored(state)] == [
        (PROVINCE, "internal")
    ]


SECRETS = ["10.1.2.3", "CVE-2026-12345", "an@so-y-te.gov.vn", "Tối mật", "ABC\\nguyen.an", "fe80::1:2", "dc01.lan"]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_must_not_be_told_is_neither_stored_nor_repeated(state: State, secret: str) -> None:
    at = {"type": "realtime", "at": "2026-11-24T09:58:00+07:00"}
    item = an_item("alerts_open", "3", period=at, reason=f"xem {secret} nhé", **{secret: 1, "status": "?"})
    receipt = push(state, item)

    assert receipt.summary["rejected"] == 1
    assert set(codes(receipt)) <= {"KPI-E-SENSITIVITY", "KPI-E-SECRET-MARK"}
    assert stored(state) == ()
    assert secret.encode() not in state.path.read_bytes()
    assert secret not in str(receipt.body(every=True))


def test_the_dimension_rule_never_comes_in(state: State) -> None:
    at = {"type": "realtime", "at": "2026-11-24T09:58:00+07:00"}

    assert codes(push(state, an_item("alerts_open", "3", period=at, dimensions={"rule": "r"}))) == ["KPI-E-SENSITIVITY"]


def test_a_clock_that_is_ahead_is_a_warning(state: State) -> None:
    batch = a_batch(an_item(), sent_at="2026-11-24T10:30:00+07:00")
    receipt = receive(state, a_world(), batch, a_sender(), NOW)

    assert codes(receipt) == ["KPI-W-CLOCK"]
    assert "30" in receipt.items[0]["faults"][0]["message_en"]


def test_a_figure_after_due_and_grace_is_late_but_counts(state: State) -> None:
    receipt = push(state, an_item(), an_item(day="2026-11-20"), world=a_world(patience=timedelta(days=2)))

    assert codes(receipt) == []
    assert codes(receipt, 1) == ["KPI-W-LATE"]
    assert len(stored(state)) == 2


def test_a_chain_that_holds_this_system_is_refused(state: State) -> None:
    assert codes(push(state, an_item(provenance={"origin": ["ioc"]}))) == ["KPI-E-SCHEMA"]


def test_a_finding_names_who_holds_the_function_on_that_day(state: State) -> None:
    push(state, an_item("on_time_rate", "120", numerator="12", denominator="10", unit_id=HEALTH))

    with state.read() as tx:
        found = tx.findings.page(SYSTEM, WantedFindings())
    assert [(one.check, one.unit, one.owner_unit) for one in found] == [("KPI-E-RANGE", HEALTH, FINANCE)]
