"""The one place that picks implementations: settings in, roles out."""

# Long because every implementation is picked in this one file.

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from soc.clock import Clock, SystemClock
from soc.config import load
from soc.journal import EVENTS, Lane
from soc.paths import DataDir
from soc.role import Role, RoleName
from soc.settings import Auth, Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from collectors.detect_product import ProductDetector
    from collectors.edges import Edges
    from collectors.normaliser import Normaliser, SenderBook
    from collectors.receive import Receive
    from collectors.sources.http import Authorise
    from dashboards.services import Beat, WebSettings
    from reports.kpi.province import Province
    from reports.kpi.world import World
    from soc.journal.sqlite_log import SqliteLog
    from soc.journal.trim import Trim
    from soc.state.policy import AccessPolicy
    from soc.state.store import State
    from soc.store.embedded import EmbeddedStore
    from soc.unit import UnitTree


@dataclass(frozen=True, slots=True)
class Site:
    """One installation: what it is told, where it keeps things, whose time it lives in."""

    settings: Settings
    data: DataDir
    clock: Clock


def site() -> Site:
    """The site of this process's environment; makes the data directory when it is not there."""
    chosen = os.environ.get("SOC_CONFIG")
    settings = load(Path(chosen) if chosen else None)
    return Site(settings, DataDir(Path(settings.data).absolute()).make(), SystemClock())


def raw_log(place: Site, lane: Lane, *, read_only: bool = False) -> SqliteLog:
    from soc.journal.sqlite_log import LogLimits, SqliteLog

    limits = LogLimits(quota_bytes=place.settings.journal.max_bytes)
    folder = place.data.raw_log(lane.value)
    return SqliteLog(folder, quarantine=place.data.quarantine, limits=limits, read_only=read_only)


def event_log(place: Site, *, read_only: bool = False) -> SqliteLog:
    from soc.journal.body import LINES
    from soc.journal.sqlite_log import LogLimits, SqliteLog

    limits = LogLimits(quota_bytes=place.settings.journal.max_bytes)
    folder = place.data.event_log
    return SqliteLog(folder, quarantine=place.data.quarantine, form=LINES, limits=limits, read_only=read_only)


def event_store(place: Site, *, read_only: bool) -> EmbeddedStore:
    from soc.store.embedded import EmbeddedStore

    return EmbeddedStore(place.data, read_only=read_only)


def state(place: Site) -> State:
    """The state store, with the units of the settings in it."""
    from soc.limits import rules_of
    from soc.state.store import State

    opened = State.open(place.data, place.clock)
    opened.limits = rules_of(place.settings.limits)
    _load_units(place, opened)
    return opened


def units(opened: State) -> UnitTree:
    with opened.read() as tx:
        return tx.units.tree()


def normaliser(
    book: SenderBook, tree: UnitTree, mappings: Path | None = None, detector: ProductDetector | None = None
) -> Normaliser:
    """The normaliser of live traffic, import and files alike. `mappings`: the folder of the site's own; a bad file
    there is named in the log, and all the others work."""
    from collectors.detect_product import ProductDetector
    from collectors.normaliser import Normaliser
    from collectors.registry import parser, use_good
    from soc.logsource import load_table

    if mappings is not None:
        use_good(mappings)
    found = detector or ProductDetector()
    return Normaliser(book=book, units=tree, table=load_table(), detector=found, parser_named=parser)


def receive(place: Site) -> tuple[Receive, Edges]:
    """The role and its sockets."""
    from collectors.books import Books
    from collectors.edges import Edges
    from collectors.inbox import Inbox
    from collectors.receive import Receive
    from collectors.senders import Senders
    from collectors.sources.file import FileTail

    opened = state(place)
    log = raw_log(place, Lane.LIVE)
    log.continue_above(read_up_to(place, Lane.LIVE))
    books = Books(RoleName.RECEIVE, opened, place.clock, (Lane.LIVE,))
    books.catch_up({Lane.LIVE: log})
    inbox, senders = Inbox(), Senders(opened, place.clock)
    intake = place.settings.intake
    tails = [
        FileTail(
            entry.path,
            entry.source,
            entry.product,
            resume=log.places(),
            limit=intake.frame_limit,
            from_end=entry.start == "end",
        )
        for entry in intake.files
    ]
    edges = Edges(intake, inbox, senders.source_of, _door(opened, place.clock))
    return Receive({Lane.LIVE: log}, inbox, books, tails, [trim_raw(place, opened, log, Lane.LIVE)]), edges


def recount_import(place: Site, opened: State) -> None:
    """A killed import left records that are not in the books; whoever holds the data directory enters them."""
    from collectors.books import Books

    log = raw_log(place, Lane.IMPORT, read_only=True)
    books = Books(RoleName.RECEIVE, opened, place.clock, (Lane.IMPORT,))
    books.catch_up({Lane.IMPORT: log})
    books.flush_now()
    log.close()


def normalise(place: Site) -> Role:
    from collectors.books import Books
    from collectors.detect_product import ProductDetector
    from collectors.normalise import Normalise
    from collectors.senders import Senders
    from collectors.site_watch import SiteWatch

    opened = state(place)
    raw = {lane: raw_log(place, lane, read_only=True) for lane in Lane}
    books = Books(RoleName.NORMALISE, opened, place.clock, tuple(Lane))
    detector = ProductDetector()
    watch = SiteWatch(place.data.mappings, detector.relearn)
    watch.run(place.clock.now())
    worker = normaliser(Senders(opened, place.clock), units(opened), detector=detector)
    log, trim = _event_log_writer(place, opened)
    return Normalise(raw, log, worker, books, place.clock, _known(place), [trim, watch])


def keep(place: Site) -> Role:
    from soc.store.keep import Keep

    retention = timedelta(days=place.settings.events.retention_days)
    log, store = event_log(place, read_only=True), event_store(place, read_only=False)
    return Keep(log, store, place.clock, retention=retention, release=store.close)


def detect(place: Site) -> Role:
    from correlator.detect import Detect
    from correlator.pack import Pack
    from soc.logsource import load_table

    log = event_log(place, read_only=True)
    pack = Pack(rule_paths(place), site=place.settings.rules.placeholders)
    return Detect(log, state(place), pack, load_table(), place.clock)


def pages(place: Site, address: str) -> FastAPI:
    """The pages and the REST API; they read, and write through the state store alone."""
    from dashboards.app import create_app
    from dashboards.services import Intake, Services
    from dashboards.shell.board import RuleBoard
    from socctl.dropping import Dropping
    from socctl.figures import noted
    from socctl.proving import Proving

    opened = state(place)

    opened.use(_policy(place.settings.auth))
    tree = units(opened)
    web = _web_settings(place, address, tree)
    board = RuleBoard(
        opened, place.clock, rule_paths(place), own=own_rules(), placeholders=place.settings.rules.placeholders
    )
    store = event_store(place, read_only=True)
    intake = Intake(place.data.uploads, Dropping(place, opened).begin)
    return create_app(
        Services(
            opened,
            tree,
            place.clock,
            web,
            store,
            partial(_beats, place),
            board=board,
            attention=board.attention,
            intake=intake,
            world=noted(place, opened),
            prove=Proving(place.data, opened).run,
        )
    )


def _beats(place: Site) -> Sequence[Beat]:
    """What each role last said of itself."""
    from dashboards.services import Beat
    from socctl import beat
    from socctl.drain import ends

    last = ends(place)
    signs = [sign for name in RoleName if (sign := beat.read(place.data.beat(name))) is not None]
    return [
        Beat(s.role, s.at, s.position, last.get(s.role, {}), s.rss_kib, s.failure, s.figures, s.address) for s in signs
    ]


def world(place: Site) -> World | None:
    """What figures are judged with; None where there is no profile."""
    from reports.kpi.world import World

    found = province(place)
    return World(found.catalogue, found.profile, found.organisation) if found else None


def _web_settings(place: Site, address: str, tree: UnitTree) -> WebSettings:
    from dashboards.services import WebSettings
    from soc.organisation import PROVINCE

    settings = place.settings
    named = [(unit.name_vi, unit.name_en) for unit in tree.units.values() if unit.kind == PROVINCE]
    name_vi, name_en = named[0] if named else ("", "")
    return WebSettings(
        origin=address,
        language=settings.language,
        demo=settings.demo,
        name_vi=settings.organisation.name_vi or name_vi,
        name_en=settings.organisation.name_en or name_en,
        rules=tuple(rule_paths(place)),
        intake_host=settings.intake.host,
        data=place.data.root,
        metrics_local=settings.web.metrics_local,
        trusted_proxies=settings.web.trusted_proxies,
        notice_vi=settings.auth.notice_vi,
        notice_en=settings.auth.notice_en,
        duty_phone=settings.auth.duty_phone,
        report=settings.report,
    )


def _policy(auth: Auth) -> AccessPolicy:
    from soc.state.policy import AccessPolicy

    return AccessPolicy(
        idle=timedelta(minutes=auth.idle_minutes),
        absolute=timedelta(hours=auth.absolute_hours),
        lock=timedelta(minutes=min(auth.lock_minutes, auth.idle_minutes)),
        grace=timedelta(days=auth.grace_days),
        inside=auth.inside_networks,
        password_days=auth.password_days,
        composition=auth.composition,
    )


def own_rules() -> Path:
    """The folder of our own pack."""
    return Path(str(files("rules")))


def rule_paths(place: Site) -> list[Path]:
    chosen = place.settings.rules
    return [*([own_rules()] if chosen.own else []), *(Path(path) for path in chosen.paths)]


ROLES: dict[RoleName, Callable[[Site], Role]] = {
    RoleName.NORMALISE: normalise,
    RoleName.KEEP: keep,
    RoleName.DETECT: detect,
}


def profile_name(settings: Settings) -> str:
    """The profile of the figures; '' when a site has units of its own and no profile yet."""
    chosen = settings.organisation
    return chosen.profile or ("" if chosen.units else "demo")


def province(place: Site) -> Province | None:
    """Catalogue, profile and organisation of the figures; None without a profile: then no figures are taken.
    Raises CatalogueError."""
    from reports.kpi.province import read_province

    name, units = profile_name(place.settings), place.settings.organisation.units
    return read_province(name, Path(units) if units else None) if name else None


def _load_units(place: Site, opened: State) -> None:
    """Loads the unit file when it is another one than last time."""
    from reports.kpi.province import unit_file
    from soc.state.units import read_units

    chosen = place.settings.organisation
    path = Path(chosen.units) if chosen.units else unit_file(profile_name(place.settings))
    text = sha256(path.read_bytes()).hexdigest()
    with opened.read() as tx:
        if tx.facts.get("units.sha256") == text:
            return
    tree = read_units(path)
    with opened.write() as tx:
        tx.units.replace(tree)
        tx.facts.put("units.sha256", text, at=place.clock.now())


def read_up_to(place: Site, lane: Lane) -> int:
    """The raw record up to which there are events."""
    reader = event_log(place, read_only=True)
    try:
        return reader.origins().get(lane.value, -1)
    finally:
        reader.close()


def trim_raw(place: Site, opened: State, log: SqliteLog, lane: Lane) -> Trim:
    """Drops what every reader has passed and nobody promised to keep."""
    from soc.journal.trim import Trim

    def slowest() -> int:
        """Records are read once for their events and perhaps once more for the books."""
        with opened.read() as tx:
            return min(
                read_up_to(place, lane),
                *(tx.accounting.upto(role, lane) for role in (RoleName.RECEIVE, RoleName.NORMALISE)),
            )

    return Trim(log, slowest, timedelta(hours=place.settings.journal.keep_raw_hours), place.clock)


def _event_log_writer(place: Site, opened: State) -> tuple[SqliteLog, Trim]:
    """The event log begins above every position that a reader has stored: offsets are never used twice."""
    from soc.journal.trim import Trim

    store = event_store(place, read_only=True)

    def positions() -> tuple[int, int]:
        with opened.read() as tx:
            return store.cursor(EVENTS), tx.positions.get(RoleName.DETECT, EVENTS)

    log = event_log(place)
    log.continue_above(max(positions()))
    keep_for = timedelta(hours=place.settings.journal.keep_event_hours)
    return log, Trim(log, lambda: min(positions()), keep_for, place.clock)


def _known(place: Site) -> Callable[[Sequence[str]], frozenset[str]]:
    """Which of these events the store holds: for what is imported a second time."""
    from soc.access import SYSTEM

    store = event_store(place, read_only=True)

    def known(ids: Sequence[str]) -> frozenset[str]:
        return store.known(ids, SYSTEM) if ids else frozenset()

    return known


def _door(opened: State, clock: Clock) -> Authorise:
    from collectors.sources.http import Door

    def door(token: str, source: str) -> Door:
        with opened.read() as tx:
            key = tx.keys.find(token, clock.now())
        if key is None or key.source is None:
            return Door.NO_KEY
        return Door.OPEN if key.source == source else Door.OTHER_SOURCE

    return door
