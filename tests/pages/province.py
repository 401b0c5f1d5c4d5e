"""A province in which everything has something to show: alerts, a storm, silence, jobs, files, keys, events, rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dashboards.posture import service as posture
from dashboards.schedule import JobWorker
from dashboards.services import Intake
from dashboards.shell.board import RuleBoard
from reports.kpi.forecasting import make
from reports.kpi.hub import receive
from reports.kpi.profile import Duty, UnitChoice
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.alert import Action, Actor, Level, Verdict
from soc.period import PeriodType
from soc.state.drops import Drop
from soc.state.findings import Answer, WantedFindings
from soc.state.jobs import BulkWish
from soc.state.queue import AlertFilter
from soc.state.source_table import Source
from soc.state.tables.figures import DropState
from soc.state.tables.receipts import FindingEventKind
from soc.state.tables.sources import SourceState
from soc.state.watch import RouteSeen
from tests.builders import a_hit
from tests.pages.commanding import led
from tests.unit.dashboards.hunting import filled, some_events
from tests.unit.dashboards.life import (
    FINANCE,
    HEALTH,
    RULE,
    Life,
    an_alert,
    some_alerts,
    some_beats,
    some_registers,
    some_traffic,
)
from tests.unit.reports.kpi.test_forecasting import give, slots
from tests.unit.reports.kpi.worlds import a_batch, a_sender, a_world, an_item

RULES = Path(__file__).parent.parent.parent / "rules"
TAKEN, LOW = BulkWish(Action.TAKE), AlertFilter(levels=(Level.LOW,))
OWN_RULE = "fda52830-243c-44b2-87b5-c6dc1d91d234"


def fill(life: Life, folder: Path) -> Life:
    """`keeper` holds every role; `bao.lq` is somebody to look at."""
    life.person("keeper", "Trần Văn Tâm", *((role, ROOT) for role in RoleOfPerson))
    life.person("bao.lq", "Lê Quốc Bảo", (RoleOfPerson.ANALYST, HEALTH))
    life.raise_alerts(some_alerts())
    a_storm(life)
    some_traffic(life)
    some_registers(life)
    _sources(life)
    _figures(life)
    board = RuleBoard(life.state, life.clock, [RULES], own=RULES)
    board.make()
    life.services = replace(
        life.services,
        beats=lambda: some_beats(life),
        board=board,
        settings=replace(life.services.settings, rules=(RULES,)),
        events=filled(some_events()),
        intake=Intake(folder, lambda _: None),
    )
    posture.run(life.services, life.clock.now())
    if life.services.world is None:
        _handed_in(life)
    led(life)
    return life


def a_storm(life: Life, alerts: int = 40) -> None:
    """One rule over its mark, in two units."""
    rule = replace(RULE, id="rule-storm", level=Level.MEDIUM, title_vi="Rà quét cổng từ ngoài vào")
    now = life.clock.now()
    made = [
        an_alert(f"storm{n}", rule=rule, level=Level.MEDIUM, unit=(FINANCE, HEALTH)[n % 2], raised_at=now, count=n + 1)
        for n in range(alerts)
    ]
    with life.state.write() as tx:
        tx.alerts.insert(tx.storms.guard(made, now), at=now)


def _handed_in(life: Life) -> None:
    """Figures of two units: a held one, a finding that was answered, a receipt."""
    duty = Duty("documents_tasks", UnitChoice(ids=frozenset({FINANCE, HEALTH})))
    life.services = replace(life.services, world=(world := a_world(owes=(duty,), services=("documents_tasks",))))
    now = life.clock.now()
    days = [f"2026-10-{day:02d}" for day in range(1, 32)]
    quiet = [an_item(value="100", day=day) for day in days]
    parts = [
        an_item(value=value, dimensions=place, unit_id=HEALTH)
        for value, place in (("9", {}), ("12", {"topic": "land"}))
    ]
    for number, items in enumerate((quiet, [an_item(value="900", day="2026-11-02")], parts), 1):
        receive(life.state, world, a_batch(*items, number=number), a_sender(), now)
    monthly = world.catalogue.kpis["monthly_total"]
    give(life.state, monthly, slots(PeriodType.MONTH, 30), lambda number: 40 + number % 12 * 3)
    make(life.state, world, monthly, now)
    with life.state.write() as tx:
        found = next(one for one in tx.findings.page(SYSTEM, WantedFindings()) if one.unit == HEALTH)
        said = Answer(FindingEventKind.EXPLAINED, "bao.lq", "chưa phân hết theo lĩnh vực")
        tx.findings.answer(found.id, said, SYSTEM, at=now)


def _sources(life: Life) -> None:
    """One that is heard, one that was."""
    now = life.clock.now()
    with life.state.write() as tx:
        tx.sources.add(Source("fw", "Tường lửa trục", now, unit=FINANCE, state=SourceState.ACTIVE))
        tx.sources.add(Source("dc", "Máy chủ tên miền Sở Y tế", now, unit=HEALTH, state=SourceState.ACTIVE))
        tx.sources.saw({"fw": now, "dc": now - timedelta(hours=3)})
        tx.watch.note_routes([RouteSeen("fw", FINANCE, "mikrotik.system", now.date(), frozenset({"message"}))])


def _figures(life: Life) -> None:
    """A key, a notice, and a file that was read with one fault."""
    now = life.clock.now()
    with life.state.write() as tx:
        tx.keys.make("SOAR", ["alerts:read"], by="keeper", at=now)
        tx.care.tell("keeper", "new_network", at=now, address="192.0.2.9")
        tx.drops.add(Drop("file1", FINANCE, "keeper", now, "máy kế toán.evtx", "0" * 64, 68_000, records=1906))
        hits = [a_hit("file1-0", unit=FINANCE, events=({"soc.source.id": tx.drops.get("file1", SYSTEM).source},))]
        tx.hits.add(hits)
        tx.hits.attach([("alert-config", hits[0])])
        tx.drops.link(tx.drops.get("file1", SYSTEM))
        tx.drops.noted("file1", [("máy kế toán.evtx", "SOC-1312: <i>2 damaged</i> chunks")])
        tx.drops.end("file1", DropState.DONE, at=now)


def a_closed_alert(life: Life) -> str:
    """Judged as false, by a job: it can be opened again."""
    made = an_alert("judged", raised_at=life.clock.now() - timedelta(hours=2), level=Level.LOW)
    life.raise_alerts([made])
    a_job(life, BulkWish(Action.CLOSE, Verdict.FALSE_POSITIVE, "rule_logic"), AlertFilter(ids=(made.id,)))
    return made.id


def a_job(life: Life, wish: BulkWish = TAKEN, wanted: AlertFilter = LOW) -> str:
    """A finished job of the keeper."""
    now = life.clock.now()
    with life.state.write() as tx:
        here = tx.jobs.position()
        named = {"level": "low"}
        by = Actor("keeper")
        job = tx.jobs.start(wish, wanted, by=by, scope=SYSTEM, as_of=here, described=named, at=now, request_id="")
    JobWorker(life.services).run(now)
    return job.id
