"""A fresh report is the same in every figure; each change afterwards gets its own verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from reports.monthly import package
from reports.monthly.figures import Verdict
from reports.monthly.package import Package
from reports.monthly.queries import Source
from reports.monthly.registry import reader
from reports.monthly.verify import Found, Readings, verdicts
from reports.posture.keep import close_day
from soc.access import SYSTEM
from soc.alert import Verdict as Judgement
from soc.incident import Severity
from soc.incident import State as Happened
from soc.register import EndpointCount
from soc.state.store import State
from soc.state.tables.alerts import alert_event
from soc.state.tables.sources import source_count
from tests.builders import NOON, an_alert, an_incident
from tests.unit.reports.monthly.a_month import AN, AS_OF, MIDDLE, PERIOD, a_month, judge, the_package
from tests.unit.reports.posture.a_province import DAY, FINANCE, HEALTH, HOUR, UNITS


def checked(state: State, folder: Path) -> dict[str, Found]:
    with state.read() as tx:
        source = Source(tx, SYSTEM, UNITS, state.limits)
        readings = Readings.of(reader(source), NOON, tx.accounting.first(SYSTEM))
        return {one.figure: one for one in verdicts(package.read(folder), readings)}


@pytest.fixture
def folder(state: State, tmp_path: Path) -> Path:
    a_month(state)
    package.write(tmp_path / "bao-cao", the_package(state))
    return tmp_path / "bao-cao"


def said(found: dict[str, Found], verdict: Verdict) -> set[str]:
    return {id.split("/", 1)[1] for id, one in found.items() if one.verdict is verdict}


def test_a_fresh_report_is_the_same_in_every_figure(state: State, folder: Path) -> None:
    found = checked(state, folder)

    assert len(found) > 150
    assert {one.verdict for one in found.values()} == {Verdict.SAME}
    assert package.damaged(folder) == ()


def test_an_alert_that_comes_late_is_named(state: State, folder: Path) -> None:
    with state.write() as tx:
        late = an_alert("muon", unit=FINANCE, raised_at=MIDDLE, first_event=MIDDLE)
        tx.alerts.insert([late], at=AS_OF + DAY)
    found = checked(state, folder)

    assert {"b04/alerts/this", "b05/high/this"} <= said(found, Verdict.LATE_DATA)
    assert found["2026-11/b05/high/this"].rows == ("muon",)
    assert found["2026-11/b05/low/this"].verdict is Verdict.SAME
    assert not said(found, Verdict.DIFFERS)


def test_what_is_done_later_makes_nothing_untrue(state: State, folder: Path) -> None:
    judge(state, "a0", Judgement.FALSE_POSITIVE, AS_OF + DAY)

    assert len(said(checked(state, folder), Verdict.SAME)) == len(package.read(folder).figures)


def test_a_day_that_was_stated_anew_is_restated(state: State, folder: Path) -> None:
    with state.write() as tx:
        tx.incidents.open(an_incident("giau", unit=HEALTH, t0=MIDDLE, confirmed_at=MIDDLE, state=Happened.CONFIRMED,
                                      severity=Severity.SERIOUS), SYSTEM, by=AN, at=AS_OF + HOUR)  # fmt: skip
    close_day(state, UNITS, PERIOD.end, AS_OF + DAY)
    found = checked(state, folder)

    assert "b17/so-y-te-score/this" in said(found, Verdict.RESTATED)
    assert "b09/all/this" in said(found, Verdict.LATE_DATA)
    assert not said(found, Verdict.DIFFERS)


def test_a_value_that_a_newer_one_replaced_is_restated(state: State, folder: Path) -> None:
    with state.write() as tx:
        tx.external.count_endpoints(
            [EndpointCount(HEALTH, date(2026, 11, 1), "ht-tc", 99, 60, 55, 1, "an", AS_OF + DAY)]
        )
    found = checked(state, folder)

    assert said(found, Verdict.RESTATED) >= {"b08/machines/this", "b08/protected/this"}
    assert not said(found, Verdict.DIFFERS)


def test_counts_past_their_retention_are_no_defect(state: State, folder: Path) -> None:
    with state.write() as tx:
        tx.connection.execute(delete(source_count).where(source_count.c.hour < MIDDLE))
    found = checked(state, folder)

    assert "b04/records/this" in said(found, Verdict.SOURCE_EXPIRED)
    assert not said(found, Verdict.DIFFERS)


def test_a_history_that_was_changed_differs(state: State, folder: Path) -> None:
    with state.write() as tx:
        tx.connection.exec_driver_sql("DROP TRIGGER IF EXISTS alert_event_no_update")
        for name in _triggers(tx.connection.exec_driver_sql):
            tx.connection.exec_driver_sql(f"DROP TRIGGER {name}")
        gone = alert_event.c.alert_id == "a3"
        tx.connection.execute(update(alert_event).where(gone).values(at=AS_OF + HOUR))
    found = checked(state, folder)

    assert "b05/medium/this" in said(found, Verdict.DIFFERS)


def _triggers(run: Callable[[str], object]) -> list[str]:
    rows = run("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'alert_event'")
    return [row[0] for row in rows]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["report.json", "figures.ndjson", "layouts/nd30-2020.yml"])
def test_a_changed_byte_is_named(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes() + b"\n")

    assert package.damaged(folder) == (name,)


def test_files_that_are_missing_or_added_are_named(folder: Path) -> None:
    (folder / "layouts" / "nd30-2020.yml").unlink()
    (folder / "rows" / "x.csv").write_text("")

    assert package.damaged(folder) == ("layouts/nd30-2020.yml", "rows/x.csv")


def test_a_printed_number_that_is_not_its_figure_differs(state: State, folder: Path) -> None:
    read = package.read(folder)
    text = (folder / "report.json").read_text()
    chosen = next(one for one in read.figures if one.endswith("b04/alerts/this"))
    before, _, after = text.partition(f'"figure": "{chosen}"')
    assert '"text": "6"' in after
    (folder / "report.json").write_text(
        before + f'"figure": "{chosen}"' + after.replace('"text": "6"', '"text": "5"', 1)
    )

    assert chosen.split("/", 1)[1] in said(checked(state, folder), Verdict.DIFFERS)


def test_rows_that_were_changed_with_their_file_differ(state: State, folder: Path) -> None:
    read: Package = package.read(folder)
    figure = read.figures["2026-11/b05/high/this"]
    path = folder / "rows" / f"{figure.asked.key}.csv"
    path.write_text(path.read_text().replace('"""high"""', '"""low"""', 1))

    assert "b05/high/this" in said(checked(state, folder), Verdict.DIFFERS)
    assert package.damaged(folder) == (f"rows/{figure.asked.key}.csv",)
