"""The demo's senders of figures: their past, their keys, their process beside the roles."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from soc.access import ROOT
from soc.errors import SourceError
from soc.state.keys import KPI_WRITE
from socctl import beat, wiring
from socctl.wiring import Site

if TYPE_CHECKING:
    from reports.kpi.world import World
    from reports.outbox import Outbox
    from reports.simulate.plan import Plan
    from reports.simulate.publisher import Publisher
    from soc.state.store import State

SEED = 2026
LIFE = timedelta(days=60)
BEFORE_PLAY = timedelta(hours=2, minutes=10)
"""The last two hours are played through the sockets."""

RESTART_SECONDS = 2.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Note:
    """What the demo's directory remembers. `anchor`: its first start; mishaps are counted from there."""

    scenario: str
    seed: int
    anchor: datetime


def prepare(place: Site, opened: State, scenario: str, say: Say) -> None:
    """Writes the past and makes the senders' keys, once for a directory; later starts find both."""
    world = wiring.world(place)
    if world is None:
        return
    note = read_note(place)
    if note is None:
        from reports.simulate.past import write_past
        from socctl import alerts_past

        note = Note(scenario, SEED, place.clock.now())
        plan = plan_of(world, note)
        say_reasons(opened, plan)
        alerts_past.write_past(place, wiring.units(opened), SEED, note.anchor - BEFORE_PLAY, say)
        write_past(opened, plan, note.anchor, say)
        outbox = outbox_of(place)
        for sender in plan.senders():
            outbox.put([], cursor=(sender, note.anchor))
        outbox.close()
        _write(place, note)
    _make_keys(place, opened, plan_of(world, note))


def is_there(place: Site) -> bool:
    """Whether this directory has simulated senders."""
    return read_note(place) is not None


def read_note(place: Site) -> Note | None:
    try:
        found = orjson.loads((place.data.demo / "senders.json").read_bytes())
    except FileNotFoundError:
        return None
    return Note(found["scenario"], found["seed"], datetime.fromisoformat(found["anchor"]))


def plan_of(world: World, note: Note) -> Plan:
    from reports.simulate.chance import Chance
    from reports.simulate.plan import Plan
    from reports.simulate.scenario import scenario
    from reports.simulate.sectors import Sectors
    from soc.calendar import ZONE

    chosen = scenario(note.scenario)
    swells = chosen.swells_at(note.anchor.astimezone(ZONE).date())
    return Plan(world, Sectors(world, Chance(note.seed), swells), chosen, note.anchor)


def outbox_of(place: Site) -> Outbox:
    from reports.outbox import Outbox

    return Outbox(place.data.demo / "outbox.db")


def publisher(place: Site, address: str) -> Publisher:
    """The loop of all senders against the hub at that address."""
    from reports.simulate.publisher import Publisher
    from reports.simulate.push import HttpDoor

    note, world = read_note(place), wiring.world(place)
    if note is None or world is None:
        text = f"{place.data.root} has no simulated senders - `socctl demo` makes them"
        raise SourceError(text, code="SOC-1991")
    keys = orjson.loads((place.data.demo / "keys.json").read_bytes())
    return Publisher(plan_of(world, note), outbox_of(place), HttpDoor(address, keys))


def hub_address(place: Site) -> str:
    """Where the pages answer, as their beat says."""
    sign = beat.read(place.data.beat("web"))
    if sign is None or not sign.address:
        raise SourceError("the web role gives no sign of life - start `socctl up` first", code="SOC-1331")
    return sign.address


class Beside:
    """The publisher's process: started again when it falls, stopped with us."""

    def __init__(self, place: Site, say: Say) -> None:
        self._place, self._say = place, say
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="senders")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if is_there(self._place):
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _watch(self) -> None:
        from socctl.supervisor import end, spawn

        while not self._stop.is_set():
            self._process = spawn(self._place.data, "publisher")
            while self._process.poll() is None and not self._stop.wait(RESTART_SECONDS / 4):
                pass
            if not self._stop.is_set():
                self._say(f"the senders ended with code {self._process.returncode}; starting them again")
                self._stop.wait(RESTART_SECONDS)
        end(self._process)


def say_reasons(opened: State, plan: Plan) -> None:
    """Why the subsystems that the scenario leaves out are not connected, said by those who answer for them."""
    from reports.kpi.reasons import Saying, say
    from reports.outgoing import SUBSYSTEM
    from reports.publisher import OFF
    from soc.access import SYSTEM
    from soc.alert import Actor, ActorKind
    from soc.calendar import ZONE
    from soc.state.tables.readiness import SaidReason

    day = plan.anchor.astimezone(ZONE).date()
    actor = Actor("demo", ActorKind.SYSTEM)
    with opened.write() as tx:
        if not plan.scenario.sends(SUBSYSTEM):
            tx.facts.put(OFF, "1", at=plan.anchor)
        for name, told in plan.scenario.reasons.items():
            saying = Saying(name, SaidReason(told["reason"]), told["by"], day, told["vi"])
            say(tx, plan.world, saying, SYSTEM, actor, plan.anchor)


def _make_keys(place: Site, opened: State, plan: Plan) -> None:
    path = place.data.demo / "keys.json"
    if path.exists():
        return
    keys = {}
    now = place.clock.now()
    with opened.write() as tx:
        for sender, subsystems in plan.senders().items():
            scopes = [f"{KPI_WRITE}:{name}" for name in subsystems]
            keys[sender] = tx.keys.make(sender, scopes, by="demo", at=now, unit=ROOT, life=LIFE)
    _private(path, orjson.dumps(keys))


def _write(place: Site, note: Note) -> None:
    body = {"scenario": note.scenario, "seed": note.seed, "anchor": note.anchor.isoformat()}
    _private(place.data.demo / "senders.json", orjson.dumps(body))


def _private(path: os.PathLike[str], body: bytes) -> None:
    """Whole or not at all, for our eyes only."""
    whole = f"{os.fspath(path)}.new"
    with open(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(whole, path)
