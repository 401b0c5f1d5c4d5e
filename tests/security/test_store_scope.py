"""Two units in every table and every event file: whoever reads with the scope of one never meets the other.

The foreign unit's rows share every fingerprint, entity and rule with ours. Each reading method answers the same before
and after they were written: neither their ids, nor names, nor counts, nor orders come through.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Table

from soc.access import Grant, RoleOfPerson, Scope
from soc.alert import SYSTEM_ACTOR, Verdict
from soc.clock import ManualClock
from soc.entity import EntityKind
from soc.errors import SocError
from soc.paths import DataDir
from soc.period import PeriodType
from soc.query import Query
from soc.report import ReportState
from soc.state.findings import WantedFindings
from soc.state.observation_rows import Wanted
from soc.state.queue import AlertFilter, GroupBy
from soc.state.series import Stretch
from soc.state.store import State, Tx
from soc.state.tables import metadata
from soc.state.types import micros
from soc.store import Cursor, EventStore
from soc.store.embedded import EmbeddedStore
from soc.store.memory import MemoryStore
from soc.task import LinkKind
from tests.builders import NOON, a_card, a_hit, a_report, an_alert, an_event
from tests.security.things import KPI, a_meeting, command, hand_over, key_of, register

OWN, FOREIGN = "so-tai-chinh", "so-y-te"
MINE, NOBODY = Scope(frozenset({OWN})), Scope(frozenset({"nobody"}))
EARLY, LATE = NOON - timedelta(days=2), NOON + timedelta(days=2)
EVERY = AlertFilter(statuses=())

GIVEN: dict[str, Any] = {
    "ids": ["hit-own", "hit-foreign"],
    "alert_id": "alert-own",
    "hit_id": "hit-own",
    "rules": ["rule-1"],
    "since": EARLY,
    "until": LATE,
    "at": EARLY,
    "now": LATE,
    "day": NOON.date(),
    "first": EARLY,
    "last": LATE,
    "correlation": "correlation",
    "group": (("user.name", "an"),),
    "number": 1,
    "fingerprint": "fingerprint-of-alert-own",
    "fingerprints": ["fingerprint-of-alert-own"],
    "wanted": EVERY,
    "by": GroupBy.UNIT,
    "kind": EntityKind.USER,
    "value": "an",
    "unit": OWN,
    "t0": NOON,
    "keys": [("user", "an")],
    "text": "an",
    "source_id": "source_id-own",
    "sha256": "sha256-own",
    "kpi": "kpi",
    "drop_id": "id-own",
    "sources": ["source_id-own", "source_id-foreign"],
    "as_of": LATE,
    "incident_id": "incident-own",
    "system_id": "system-own",
    "expected_id": 1,
    "weakness_id": 1,
    "finding_id": 1,
    "batch_id": "batch-own",
    "alerts": ["alert-own", "alert-foreign"],
    "kpis": [KPI],
    "pairs": [(KPI, OWN), (KPI, FOREIGN)],
    "key": key_of(OWN),
    "stretch": Stretch(KPI, PeriodType.MONTH, (OWN, FOREIGN), date(2026, 1, 1), LATE.date()),
    "after": 0,
    "limit": 100,
    "start_from": EARLY.date(),
    "moments": [EARLY, LATE],
    "task_id": "task-own",
    "warning_id": "warning-own",
    "meeting_id": "meeting-own",
    "link": LinkKind.TILE,
    "of": a_meeting(OWN),
    "subsystem": "health",
    "report_id": "report-own",
    "label": "2026-10",
    "tiles": [f"{KPI}:tile"],
}
"""What each parameter gets; a new one has no value here and fails the walk."""

SPECIAL: dict[str, dict[str, Any]] = {
    "Watch.routes": {"since": NOON.date() - timedelta(days=2)},
    "Past.judgement": {"one": an_alert("alert-own", unit=OWN)},
    "Past.many": {"alerts": [an_alert("alert-own", unit=OWN)]},
    "Jobs.start": {"wish": None},
    "Jobs.split": {"as_of": 10**9},
    "Observations.in_force": {"wanted": Wanted()},
    "Observations.page": {"wanted": Wanted()},
    "Findings.page": {"wanted": WantedFindings()},
    "External.botnet_counts": {"since": EARLY.date(), "until": LATE.date()},
    "External.latest_endpoints": {"until": LATE.date()},
    "Tasks.linked": {"ids": [f"{KPI}:{OWN}", f"{KPI}:{FOREIGN}"]},
    "Meetings.tiles": {"of": replace(a_meeting(OWN), revision=1)},
    "Meetings.before": {"of": replace(a_meeting(OWN), at=LATE)},
    "Posture.closed": {"since": EARLY.date(), "until": LATE.date()},
}
WRITING = {
    *("Sources.approve", "Sources.change", "Jobs.start", "Systems.approve_removal", "Systems.ask_removal"),
    *("Systems.change", "Systems.refuse_removal", "Incidents.open", "Incidents.record", "Weaknesses.change"),
    *("Observations.answer", "Findings.answer", "Tasks.assign", "Tasks.record", "Warnings.change"),
    *("Meetings.prepare", "Meetings.freeze_anew", "Meetings.end", "Meetings.decide", "Readiness.say"),
}
"""They change rows; of a foreign thing they know as little, which the foreign calls below prove."""

VALUES: dict[str, Any] = dict(
    (
        *(("account", "an"), ("class", "firewall"), ("state", "active"), ("act", "test"), ("fate", "stored")),
        *(("match", '[{"listener":"syslog","peer":""}]'), ("scopes", '["alerts:read"]'), ("roles", "[]")),
        *(("problems", "[]"), ("group", '[["user.name","an"]]'), ("values", "[1]"), ("profile", "[1]")),
        *(("kpi_id", "kpi"), ("correlation", "correlation"), ("key", "an"), ("group_key", "an"), ("fields", "[]")),
        *(("rule_id", "rule-1"), ("purpose", "enter"), ("kind", "csv")),
    )
)
NAMED = {"alert_id": "alert", "drop_id": "id"}
PLAIN: dict[str, Any] = {"BIGINT": 7, "INTEGER": 7, "BOOLEAN": 1, "TIMESTAMP": micros(NOON), "DATE": "2026-11-24"}
KINDS = {
    "dropped_file": {"state": "done"},
    "entity_fact": {"kind": "user", "name": "note"},
    "posture_now": {"exact": "1", "raw": "1", "trust": "1", "inputs": "{}"},
    "posture_snapshot": {"exact": "1", "raw": "1", "trust": "1", "inputs": "{}"},
}
REAL = {
    "alert",
    "alert_count",
    "alert_entity",
    "alert_event",
    "alert_hit",
    "hit",
    "audit",
    "grant",
    "job_item",
    *("system", "expected_source", "system_scan", "weakness", "incident", "incident_event", "endpoint_count"),
    *("botnet_address", "observation", "observation_hold", "observation_latest", "batch_receipt", "heartbeat"),
    *("finding", "finding_event", "task", "task_unit", "task_event", "warning", "warning_event", "meeting"),
    *(
        "meeting_tile",
        "meeting_decision",
        "reminder",
        "report",
        "report_event",
        "readiness_reason",
    ),
}
"""Written by their own methods; the items of a job are only read by its own worker."""


def united() -> Iterator[Table]:
    yield from (table for table in metadata.sorted_tables if "unit_id" in table.c)


def write(state: State, unit: str, name: str) -> None:
    """One thing of the unit in every table; ids end with `name`, everything else is the same for both."""
    same: dict[str, Any] = {"unit": unit, "fingerprint": "fingerprint-of-alert-own"}
    raised = replace(an_alert(f"alert-{name}", raised_at=NOON), **same)
    closed = replace(an_alert(f"closed-{name}", raised_at=NOON), **same, verdict=Verdict.TRUE_POSITIVE, owner="an")
    with state.write() as tx:
        tx.alerts.insert([raised, closed], at=NOON)
        found = replace(a_hit(f"hit-{name}", rule=a_card()), unit=unit)
        tx.hits.add([found])
        tx.hits.attach([(f"alert-{name}", found)])
        tx.audit.append(SYSTEM_ACTOR, "test", name, at=NOON, unit=unit)
        tx.people.give("an", Grant(RoleOfPerson.UNIT_CONTACT, unit, date(2026, 1, 1)), by="an", at=NOON)
        register(tx, unit, name)
        hand_over(tx, unit, name)
        command(tx, unit, name)
        tx.reports.open(a_report(f"report-{name}", unit=unit, state=ReportState.ISSUED), at=NOON)
        for table in united():
            if table.name not in REAL:
                put(tx, table, unit, name)


def put(tx: Tx, table: Table, unit: str, name: str) -> None:
    row = {}
    for column in table.c:
        if column.nullable or (
            column.primary_key and str(column.type) in ("INTEGER", "BIGINT") and len(table.primary_key) == 1
        ):
            continue
        known = KINDS.get(table.name, {}).get(column.name, VALUES.get(column.name))
        row[column.name] = (
            known if known is not None else PLAIN.get(str(column.type), f"{NAMED.get(column.name, column.name)}-{name}")
        )
        if str(column.type) == "BLOB":
            row[column.name] = name.encode()
    row["unit_id"] = unit
    names = ", ".join(f'"{column}"' for column in row)
    marks = ", ".join("?" * len(row))
    tx.connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', tuple(row.values()))


def methods(tx: Tx) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, repository in vars(tx).items():
        if name != "connection":
            for called, method in inspect.getmembers(repository, inspect.ismethod):
                if not called.startswith("_") and "scope" in inspect.signature(method).parameters:
                    yield f"{type(repository).__name__}.{called}", method


def answers(state: State, scope: Scope) -> dict[str, str]:
    """Method -> what it answers to these eyes."""
    found = {}
    with state.read() as tx:
        for name, method in methods(tx):
            if name not in WRITING:
                found[name] = answered(name, method, scope)
    return found


def answered(name: str, method: Callable[..., Any], scope: Scope) -> str:
    given = GIVEN | SPECIAL.get(name, {})
    needed = [
        key for key, one in inspect.signature(method).parameters.items() if one.default is inspect.Parameter.empty
    ]
    missing = [key for key in needed if key not in given and key != "scope"]
    assert missing == [], f"{name} has a new parameter: say in GIVEN what it gets"
    try:
        made = method(**{key: given[key] for key in needed if key != "scope"}, scope=scope)
        return repr(list(made) if isinstance(made, Iterator) else made)
    except SocError as error:
        return type(error).__name__


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State.open(DataDir(tmp_path).make(), ManualClock(NOON))
    with made.write() as tx:
        tx.people.create("an", "An", at=NOON)
    yield made
    made.close()


def test_no_method_of_the_state_lets_a_foreign_row_through(state: State) -> None:
    write(state, OWN, "own")
    with state.read() as tx:
        empty = [t.name for t in united() if not tx.connection.exec_driver_sql(f'SELECT 1 FROM "{t.name}"').all()]
    assert empty == ["job_item"]
    before, nothing = answers(state, MINE), answers(state, NOBODY)
    write(state, FOREIGN, "foreign")
    after = answers(state, MINE)

    assert {name: after[name] for name in after if after[name] != before[name]} == {}
    assert answers(state, NOBODY) == nothing
    told = {name: text.replace("source_id-foreign", "as asked") for name, text in after.items()}
    assert not [name for name, text in told.items() if "foreign" in text or FOREIGN in text]
    seen = [name for name, text in after.items() if text != nothing[name]]
    assert len(seen) > len(after) * 0.6, f"too few methods find anything: {sorted(set(after) - set(seen))}"


def test_foreign_things_cannot_be_changed(state: State) -> None:
    write(state, OWN, "own")
    write(state, FOREIGN, "foreign")
    with state.write() as tx:
        for call in (tx.sources.change, tx.sources.approve):
            more = {"unit": OWN} if call == tx.sources.approve else {}
            with pytest.raises(SocError):
                call("source_id-foreign", MINE, at=NOON, **more)
        split = tx.jobs.split(EVERY, MINE, 10**9)
    assert {unit for _, unit, _ in split.cells} == {OWN}


STORE: dict[str, Callable[[EventStore, Query, Scope], Any]] = {
    "get": lambda store, query, scope: store.get(["event-own", "event-foreign"], scope),
    "known": lambda store, query, scope: sorted(store.known(["event-own", "event-foreign"], scope)),
    "search": lambda store, query, scope: store.search(query).events,
    "count": lambda store, query, scope: store.count(query),
    "histogram": lambda store, query, scope: store.histogram(query, interval_seconds=3_600, by="user.name"),
    "top": lambda store, query, scope: store.top(query, "host.name", 10),
    "stack": lambda store, query, scope: store.stack(query, ["user.name"], 10),
    "export": lambda store, query, scope: list(store.export(query)),
    "fields": lambda store, query, scope: dict(store.fields(EARLY, LATE, scope)),
}
NO_DATA = {"append", "cursor", "retain", "maintain", "health", "weigh", "close"}
"""They write, or tell of files and bytes alone; `weigh` counts all events of the files that would be read."""


@pytest.mark.parametrize("engine", ["memory", "embedded"])
def test_no_method_of_an_event_store_lets_a_foreign_event_through(tmp_path: Path, engine: str) -> None:
    made = MemoryStore() if engine == "memory" else EmbeddedStore(DataDir(tmp_path).make(), clock=ManualClock(NOON))
    public = {name for name, _ in inspect.getmembers(EventStore, inspect.isfunction) if not name.startswith("_")}
    assert public - NO_DATA == set(STORE), "say in STORE how the new method is asked"
    query = Query(None, EARLY, LATE, MINE)

    made.append([event_of(OWN, "own")], Cursor("live", -1, 0))
    before = {name: ask(made, query, MINE) for name, ask in STORE.items()}
    made.append([event_of(FOREIGN, "foreign")], Cursor("live", 0, 1))
    after = {name: ask(made, query, MINE) for name, ask in STORE.items()}

    assert after == before
    assert all(before.values())
    assert "foreign" not in repr(after)
    nobody = replace(query, scope=NOBODY)
    assert not any(ask(made, nobody, NOBODY) for name, ask in STORE.items() if name != "stack")
    assert made.stack(nobody, ["user.name"], 10).events == 0


def event_of(unit: str, name: str) -> bytes:
    event = an_event(host_name=f"pc-{name}", user_name="an")
    return orjson.dumps(event | {"unit.id": unit, "event.id": f"event-{name}", f"field.{name}": "x"})
