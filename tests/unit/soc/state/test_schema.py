from __future__ import annotations

import stat
from contextlib import closing

import pytest
from sqlalchemy import Boolean, create_engine, insert

from soc import sqlite
from soc.access import SYSTEM
from soc.alert import SYSTEM_ACTOR
from soc.clock import ManualClock
from soc.errors import StateError
from soc.paths import DataDir
from soc.state import schema
from soc.state.readiness import Said
from soc.state.receipts import StoredReceipt
from soc.state.store import State
from soc.state.tables import APPEND_ONLY, GLOBAL, metadata
from soc.state.tables.readiness import SaidReason
from soc.state.tables.receipts import Loaded
from soc.state.tables.triage import entity_fact
from tests.builders import NOON, a_report, an_alert, an_incident
from tests.security.things import command
from tests.unit.soc.state.test_findings import a_finding
from tests.unit.soc.state.test_observations import an_observation
from tests.unit.soc.state.test_posture import a_snapshot


def test_the_migrated_schema_is_the_one_in_the_code(state: State) -> None:
    engine = create_engine("sqlite://", module=sqlite.module)
    metadata.create_all(engine)
    with engine.connect() as connection:
        wanted = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")}
    with closing(sqlite.reader(state.path)) as found_in:
        statement = "SELECT name, sql FROM sqlite_master WHERE type != 'trigger' AND tbl_name != 'alembic_version'"
        found = dict(found_in.execute(statement).fetchall())
    assert {name: _flat(sql) for name, sql in found.items()} == {name: _flat(sql) for name, sql in wanted.items()}


def test_the_list_of_revisions_is_the_files_in_the_folder() -> None:
    files = sorted(path.stem for path in (schema.MIGRATIONS / "versions").glob("m*.py"))
    assert [name[1:5] for name in files] == list(schema.REVISIONS)


def test_every_table_has_a_unit_or_a_reason() -> None:
    without = {name for name, table in metadata.tables.items() if "unit_id" not in table.columns}
    assert without == set(GLOBAL)
    assert all(GLOBAL.values())


def test_no_column_is_of_a_type_that_only_one_engine_has() -> None:
    kinds = {type(column.type) for table in metadata.tables.values() for column in table.columns}
    assert {kind.__name__ for kind in kinds} == {
        *("BigInteger", "Boolean", "Choice", "Day", "Instant", "Integer", "Json", "LargeBinary", "Text"),
    }
    assert Boolean in kinds


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET at = 1"])
def test_history_takes_no_change(state: State, table: str, verb: str) -> None:
    with state.write() as tx:
        tx.audit.append(SYSTEM_ACTOR, "test", "x", at=NOON)
        tx.alerts.insert([an_alert()], at=NOON)
        fact = {"kind": "host", "key": "pc-1", "name": "note", "text": "x", "at": NOON, "by": "an", "unit_id": "a"}
        tx.connection.execute(insert(entity_fact).values(fact))
        tx.observations.add([an_observation()], batch="b", sender="s", at=NOON)
        tx.receipts.add(StoredReceipt("b", "a", "s", "s", "automatic", "", NOON, NOON, {}))
        tx.findings.open([a_finding()], at=NOON)
        tx.versions.keep(Loaded.PROFILE, {"profile": "demo"}, at=NOON)
        tx.incidents.open(an_incident(), SYSTEM, by=SYSTEM_ACTOR, at=NOON)
        tx.posture.close([a_snapshot()])
        tx.reports.open(a_report(), at=NOON)
        given = Said("health", "a", SaidReason.NO_SOFTWARE, "An", NOON.date(), "an", NOON)
        tx.readiness.say(given, SYSTEM)
        command(tx, "so-y-te", "x")
    with pytest.raises(StateError, match="append-only"), state.write() as tx:
        tx.connection.exec_driver_sql(verb.format(table))


def test_a_newer_schema_is_refused_with_what_to_do(data: DataDir, state: State) -> None:
    with state.write() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateError, match="schema 9999 is newer than this program") as caught:
        State.open(data, ManualClock(NOON))
    assert caught.value.code == "SOC-1602"


def test_an_older_schema_is_copied_before_it_is_changed(
    data: DataDir, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "REVISIONS", ("0000", *schema.REVISIONS))
    with state.write() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    monkeypatch.setattr(schema, "_upgrade", lambda connection: None)
    schema.migrate(state._writer, data.state)
    with closing(sqlite.reader(data.root / "backup" / "state-0000.db")) as copy:
        assert copy.execute("SELECT count(*) FROM alert").fetchone() == (0,)


def test_a_failed_step_leaves_the_file_as_it_was(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StateError("no room", code="SOC-1605")

    upgrade = schema._upgrade

    def half(connection: object) -> None:
        upgrade(connection)  # type: ignore[arg-type]
        fail()

    monkeypatch.setattr(schema, "_upgrade", half)
    with pytest.raises(StateError, match="no room"):
        State.open(data, ManualClock(NOON))
    with closing(sqlite.reader(data.state)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_the_file_is_not_readable_for_others(data: DataDir, state: State) -> None:
    assert stat.S_IMODE(data.state.stat().st_mode) == 0o640


def _flat(sql: str | None) -> str:
    return " ".join((sql or "").split())
