"""The demo: a simulated province (or the visitor's files) through the real receivers and loops."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from collectors.simulate.line import Attack, Line, Truth
from collectors.simulate.names import source_name
from collectors.simulate.province import Province, live
from collectors.simulate.send import SenderPool, Target, loopback
from reports.simulate.registers import fill_registers
from soc.access import ROOT, SYSTEM, UNASSIGNED, Grant, RoleOfPerson
from soc.alert import Level
from soc.errors import SourceError
from soc.raw import Transport
from soc.state.queue import AlertFilter
from soc.state.source_table import Match, Source
from soc.state.store import State, Tx
from soc.state.tables.sources import SourceState
from soc.unit import UnitTree
from socctl import beat, wiring
from socctl.drain import Backlog, drain
from socctl.importing import Importer, Wanted
from socctl.language import language
from socctl.wiring import Site

SEED = 2026
HOURS = 2.0
SCALE = 0.1
ACCOUNT = "demo"
ROLES = (RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the demo raised: alerts by level, and their titles."""

    levels: Counter[Level]
    titles: tuple[str, ...]

    @property
    def total(self) -> int:
        return self.levels.total()


def play(place: Site, target: Target, tree: UnitTree, say: Say) -> None:
    """Two hours of office traffic and the attacks, as if they had just happened; then the capture of A11."""
    now = place.clock.now()
    start = now.replace(second=0, microsecond=0) - timedelta(hours=HOURS)
    province = Province(SEED, start, HOURS, SCALE, tree)
    pool = SenderPool(target, reliable=True)
    try:
        sent = pool.send_all(line for line in province.lines() if line.at <= now)
    finally:
        pool.close()
    say(f"sent {sent} lines of {HOURS:.0f} simulated hours")
    truths = [attack.truth for attack in province.attacks]
    truths += _capture(place, tree, start + timedelta(hours=1), say)
    _write_truth(place, truths)
    _wait(place, say)


def bring(place: Site, files: Sequence[Path], say: Say) -> list[str]:
    """The visitor's own files; answers what could not be read."""
    opened = wiring.state(place)
    importer = Importer(place, opened, Wanted(again=True))
    importer.run(files, lambda result: say(f"{result.kind}: {result.records} records of {result.name}"))
    _wait(place, say)
    opened.close()
    return [f"{result.name}: {result.note}" for result in importer.results if result.state == "failed"]


def prepare(place: Site, opened: State, tree: UnitTree) -> dict[str, str]:
    """Registers every simulated sender, makes the demo's account; answers the intake keys."""
    now = place.clock.now()
    keys = {}
    with opened.write() as tx:
        for source, sender in _senders(now, tree).items():
            unit = register(tx, source, sender, tree, now)
            if sender.posts:
                scope = f"ingest:{source}"
                keys[source] = tx.keys.make(source, [scope], by="demo", at=now, unit=unit, life=timedelta(days=1))
        if ACCOUNT not in {person.account for person in tx.people.all()}:
            tx.people.create(ACCOUNT, "Trực ca mô phỏng", at=now)
            for role in ROLES:
                tx.people.give(ACCOUNT, Grant(role, ROOT, now.date()), by="demo", at=now)
        fill_registers(tx, tree, now, SEED)
    return keys


def register(tx: Tx, source: str, sender: Sender, tree: UnitTree, now: datetime) -> str:
    """Makes a simulated sender known; answers its unit."""
    unit = tree.of_address(sender.peer, now.date()) or UNASSIGNED
    owner = tree.get(unit)
    tx.sources.add(
        Source(
            source,
            source_name(source, owner.label if owner else ""),
            now,
            unit=unit,
            # A server that sends its programs' logs and its web server's is told apart line by line.
            product=next(iter(sender.products)) if len(sender.products) == 1 else "auto",
            match=(Match(peer=loopback(sender.peer)),),
            state=SourceState.ACTIVE,
        )
    )
    return unit


def sign_in_link(place: Site, opened: State, address: str) -> str:
    """A link that signs the demo's account in, once."""
    with opened.write() as tx:
        token = tx.links.make(at=place.clock.now(), account=ACCOUNT, roles=ROLES)
    return f"{address}/set-up/{token}"


def target_of(place: Site, keys: dict[str, str]) -> Target:
    """Where `receive` listens, as its beat says."""
    sign = beat.read(place.data.beat("receive"))
    if sign is None:
        raise SourceError("receive gives no sign of life - see its messages above", code="SOC-1331")
    ports = dict(part.split("=") for part in sign.address.split())
    host = place.settings.intake.host
    return Target(host, int(ports["udp"]), int(ports["tcp"]), int(ports["http"]), keys)


def summary(opened: State) -> Summary:
    """The alerts there are, heaviest first."""
    with opened.read() as tx:
        page = tx.queue.page(AlertFilter(), SYSTEM, limit=500)
    levels = Counter(alert.level for alert in page.alerts)
    vietnamese = language() == "vi"
    titles = ((vietnamese and alert.rule.title_vi) or alert.rule.title for alert in page.alerts)
    return Summary(levels, tuple(titles))


def go_on(place: Site, target: Target, tree: UnitTree, stop: threading.Event) -> threading.Thread:
    """Live traffic in the background: 20 events a second, a new scenario every 3 minutes."""
    thread = threading.Thread(target=_live, args=(place, target, tree, stop), daemon=True, name="demo-live")
    thread.start()
    return thread


def _live(place: Site, target: Target, tree: UnitTree, stop: threading.Event) -> None:
    pool = SenderPool(target, reliable=False)
    start = place.clock.now()
    # A seed of its own a start: the same scenario twice in a row would join the alerts of the last run.

    def announce(attack: Attack) -> None:
        _write_truth(place, [attack.truth])

    for line in live(int(start.timestamp()), start, tree, announce=announce, world_seed=SEED):
        if stop.wait(max((line.at - place.clock.now()).total_seconds(), 0.0)):
            break
        try:
            pool.send(line)
        except (OSError, SourceError):
            # A receiver that is being restarted; the demo goes on with the next line.
            pool.close()
            pool = SenderPool(target, reliable=False)
    pool.close()


@dataclass(slots=True)
class Sender:
    """What a simulated sender speaks, and from where."""

    peer: str
    products: set[str] = field(default_factory=set)
    posts: bool = False


def senders_of(lines: Iterable[Line]) -> dict[str, Sender]:
    """Who sends these lines."""
    found: dict[str, Sender] = {}
    for line in lines:
        sender = found.setdefault(line.source, Sender(line.peer))
        sender.products.add(line.product)
        sender.posts = sender.posts or line.transport is Transport.HTTP
    return found


def _senders(now: datetime, tree: UnitTree) -> dict[str, Sender]:
    start = now.replace(second=0, microsecond=0) - timedelta(hours=HOURS)
    return senders_of(Province(SEED, start, HOURS, SCALE, tree).lines())


def _capture(place: Site, tree: UnitTree, at: datetime, say: Say) -> Iterator[Truth]:
    from collectors.simulate.capture import write_pcap

    with TemporaryDirectory(prefix="soc-demo-") as folder:
        path = Path(folder) / "dns-tunnel.pcap"
        try:
            truth = write_pcap(path, SEED, at, tree)
        except SourceError as error:
            say(f"không tạo được pcap: {error}")
            return
        opened = wiring.state(place)
        Importer(place, opened, Wanted(source="sensor-dc", unit=truth.units[0])).run([path])
        opened.close()
        yield truth


def _write_truth(place: Site, truths: Sequence[Truth]) -> None:
    with (place.data.root / "truth.ndjson").open("ab") as file:
        for truth in truths:
            file.write(orjson.dumps(truth.record()) + b"\n")


def _wait(place: Site, say: Say) -> None:
    last = time.monotonic()

    def progress(left: Backlog) -> None:
        nonlocal last
        if time.monotonic() - last > 5:
            last = time.monotonic()
            say("waiting: " + ", ".join(f"{role} {n}" for role, n in left.waiting.items()))

    drain(place, running=True, say=progress)
