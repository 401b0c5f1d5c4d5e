"""Observations on two time axes: the past stays as it was known."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from soc.access import SYSTEM, Scope
from soc.observation import Cumulative, NaturalKey, Observation, Status
from soc.period import Period, PeriodType, Reporting, period_of, year_to_date
from soc.state.observation_rows import Wanted, content_of
from soc.state.store import State
from soc.state.tables.hub import HoldAnswer
from tests.builders import NOON

HOUR = timedelta(hours=1)
FINANCE, HEALTH = "so-tai-chinh", "so-y-te"


def an_observation(
    value: str = "10", *, day: date = date(2026, 10, 1), unit: str = FINANCE, revision: int = 0
) -> Observation:
    period = period_of(PeriodType.MONTH, day, Reporting.ADMIN)
    key = NaturalKey("task_overdue_open", unit, period)
    return Observation(f"{unit}:{period.key}:r{revision}", key, Decimal(value), Status.OFFICIAL, revision)


def store(state: State, *observations: Observation, at: datetime = NOON) -> tuple[int, ...]:
    with state.write() as tx:
        return tx.observations.add(observations, batch="b1", sender="test", at=at)


def values(state: State, scope: Scope = SYSTEM, *, as_of: datetime | None = None) -> list[tuple[str, str | None]]:
    with state.read() as tx:
        found = tx.observations.in_force(scope, Wanted(), as_of=as_of)
    return [(each.observation.key.unit, str(each.observation.value)) for each in found]


def test_the_highest_revision_is_in_force_and_the_past_stays(state: State) -> None:
    store(state, an_observation("10"))
    store(state, an_observation("12", revision=1), at=NOON + HOUR)

    assert values(state) == [(FINANCE, "12")]
    assert values(state, as_of=NOON + HOUR / 2) == [(FINANCE, "10")]
    assert values(state, as_of=NOON - HOUR) == []


def test_what_is_stored_comes_back_as_it_was(state: State) -> None:
    given = replace(
        an_observation("96.4"),
        numerator=Decimal("187"),
        denominator=Decimal("194"),
        restatement={"reason_code": "late_input"},
        note={"provenance": {"method": "automatic"}},
    )
    given = replace(given, key=replace(given.key, dimensions=(("severity", "high"),)))
    store(state, given)

    with state.read() as tx:
        (known,) = tx.observations.in_force(SYSTEM, Wanted(dimensions=(("severity", "high"),)))
        assert tx.observations.in_force(SYSTEM, Wanted(dimensions=())) == ()
        assert tx.observations.find([given.id, "x"]) == {given.id: (1, content_of(given))}
        assert tx.observations.last_revisions([given.key]) == {given.key: 0}
        assert tx.observations.revisions(given.key, SYSTEM) == (known,)
    assert known.observation == given
    assert (known.known_at, known.batch, known.sender) == (NOON, "b1", "test")


def test_other_units_are_not_read(state: State) -> None:
    store(state, an_observation("1"), an_observation("2", unit=HEALTH))

    assert values(state, Scope(frozenset({HEALTH}))) == [(HEALTH, "2")]
    with state.read() as tx:
        assert [
            one.observation.key.unit
            for one in tx.observations.latest(Scope(frozenset({HEALTH})), ["task_overdue_open"])
        ] == [HEALTH]
        assert tx.observations.revisions(an_observation().key, Scope(frozenset({HEALTH}))) == ()


def test_a_held_value_is_shown_from_the_moment_it_is_confirmed(state: State) -> None:
    store(state, an_observation("10"))
    with state.write() as tx:
        seq = tx.observations.hold(
            an_observation("90", revision=1),
            ["KPI-W-JUMP"],
            batch="b2",
            sender="test",
            at=NOON + HOUR,
            confirm_before=NOON + 24 * HOUR,
        )
    assert values(state) == [(FINANCE, "10")]
    with state.read() as tx:
        assert [(hold.codes, hold.known.seq) for hold in tx.observations.held(SYSTEM)] == [(("KPI-W-JUMP",), seq)]
        assert tx.observations.held(Scope(frozenset({HEALTH}))) == ()

    with state.write() as tx:
        assert (
            tx.observations.answer(seq, HoldAnswer.CONFIRMED, Scope(frozenset({HEALTH})), by="c", reason="", at=NOON)
            is None
        )
        assert (
            tx.observations.answer(seq, HoldAnswer.CONFIRMED, SYSTEM, by="contact", reason="đúng", at=NOON + 2 * HOUR)
            is not None
        )
        assert (
            tx.observations.answer(seq, HoldAnswer.CORRECTED, SYSTEM, by="contact", reason="đúng", at=NOON + 2 * HOUR)
            is None
        )

    assert values(state) == [(FINANCE, "90")]
    assert values(state, as_of=NOON + HOUR) == [(FINANCE, "10")]
    with state.read() as tx:
        assert [str(one.observation.value) for one in tx.observations.latest(SYSTEM, ["task_overdue_open"])] == ["90"]
        assert tx.observations.held(SYSTEM) == ()


def test_the_latest_is_the_newest_period_and_its_highest_revision(state: State) -> None:
    rng = random.Random(5)
    days = [date(2026, month, 1) for month in range(1, 11)]
    given: list[Observation] = []
    for unit in (FINANCE, HEALTH):
        for day in days:
            given += [an_observation(str(rng.randrange(100)), day=day, unit=unit, revision=n) for n in range(3)]
    rng.shuffle(given)
    for number, one in enumerate(given):
        store(state, one, at=NOON + number * HOUR)
        assert _latest(state) == _expected(given[: number + 1])
    for number in (0, 7, 30, 59):
        assert _latest(state, as_of=NOON + number * HOUR) == _expected(given[: number + 1])


def _latest(state: State, *, as_of: datetime | None = None) -> dict[str, str]:
    with state.read() as tx:
        return {
            one.observation.key.unit: one.observation.id
            for one in tx.observations.latest(SYSTEM, ["task_overdue_open"], as_of=as_of)
        }


def _expected(known: Sequence[Observation]) -> dict[str, str]:
    found: dict[str, Observation] = {}
    for one in known:
        best = found.get(one.key.unit)
        if best is None or (best.key.period.start, best.revision) < (one.key.period.start, one.revision):
            found[one.key.unit] = one
    return {unit: one.id for unit, one in found.items()}


def test_the_newest_year_to_date_is_the_one_that_ends_last(state: State) -> None:
    months = [period_of(PeriodType.MONTH, day, Reporting.ADMIN) for day in (date(2026, 3, 1), date(2026, 4, 1))]
    march, april = (year_to_date(month, Reporting.ADMIN) for month in months)
    first = _to_date(march, "10", 0), _to_date(april, "20", 0)
    store(state, *first, _to_date(march, "11", 1))

    with state.read() as tx:
        assert [str(each.observation.value) for each in tx.observations.latest(SYSTEM, ["task_overdue_open"])] == ["20"]


def _to_date(period: Period, value: str, revision: int) -> Observation:
    key = NaturalKey("task_overdue_open", FINANCE, period, cumulative=Cumulative.YTD)
    return Observation(f"{period.end}:r{revision}", key, Decimal(value), Status.OFFICIAL, revision)


def test_a_page_of_current_figures_is_what_was_in_force_then(state: State) -> None:
    rng = random.Random(7)
    revision = dict.fromkeys(range(1, 13), -1)
    times = []
    for step in range(60):
        month = rng.randint(1, 12)
        revision[month] += 1
        one = an_observation(str(step), day=date(2026, month, 1), revision=revision[month])
        at = NOON + step * HOUR
        with state.write() as tx:
            if rng.random() < 0.3:
                seq = tx.observations.hold(one, ["KPI-W-JUMP"], batch="b", sender="s", at=at, confirm_before=at)
                if rng.random() < 0.5:
                    tx.observations.answer(seq, HoldAnswer.CONFIRMED, SYSTEM, by="an", reason="x", at=at + 3 * HOUR)
            else:
                tx.observations.add([one], batch="b", sender="s", at=at)
        times.append(at)
    with state.read() as tx:
        for as_of in (None, *times):
            page = tx.observations.page(SYSTEM, Wanted(), after=0, limit=500, as_of=as_of, current=True)
            assert {known.seq for known in page} == {
                known.seq for known in tx.observations.in_force(SYSTEM, Wanted(), as_of=as_of)
            }
