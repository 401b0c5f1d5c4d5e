"""The door of the state store: `with state.write() as tx:` or `state.read()`; the tables' methods hang on `tx`.

A write begins with BEGIN IMMEDIATE and is one transaction; one writer at a time in a process, so keep it short
(200 ms) and hash passwords, read files and call others outside of it. A read is one snapshot.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as Timeout

from soc import sqlite
from soc.clock import Clock
from soc.errors import StateError
from soc.keyring import Keyring, keyring
from soc.limits import DEFAULT, LimitRules
from soc.paths import DataDir
from soc.state import schema
from soc.state.accounting import Accounting
from soc.state.alert_past import AlertPast
from soc.state.alerts import Alerts
from soc.state.answers import Answers
from soc.state.audit import AuditLog, audit_key
from soc.state.base_hits import BaseHits
from soc.state.care import Caring
from soc.state.drops import Drops
from soc.state.entity_facts import Entities
from soc.state.external import External
from soc.state.factors import Factors
from soc.state.facts import Facts
from soc.state.feed import Feed
from soc.state.figures import Figures
from soc.state.findings import Findings
from soc.state.hits import Hits
from soc.state.imports import Imports
from soc.state.incidents import Incidents
from soc.state.jobs import Jobs
from soc.state.keys import Keys
from soc.state.links import Links
from soc.state.meetings import Meetings
from soc.state.metrics import Metrics
from soc.state.observations import Observations
from soc.state.past import Past
from soc.state.people import People
from soc.state.policy import AccessPolicy
from soc.state.positions import Positions
from soc.state.posture import Posture
from soc.state.queue import Queue
from soc.state.readiness import Readiness
from soc.state.receipts import Receipts
from soc.state.reminders import Reminders
from soc.state.reports import Reports
from soc.state.reviews import Reviews
from soc.state.risk import Risk
from soc.state.series import Series
from soc.state.sessions import Sessions
from soc.state.sources import Sources
from soc.state.storms import Storms
from soc.state.systems import Systems
from soc.state.tasks import Tasks
from soc.state.team import Team
from soc.state.unit_sums import UnitSums
from soc.state.units import Units
from soc.state.unmaskings import Unmaskings
from soc.state.versions import Versions
from soc.state.views import Preferences, Views
from soc.state.warnings import Warnings
from soc.state.watch import Watch
from soc.state.weaknesses import Weaknesses

if TYPE_CHECKING:
    from soc.state.passwords import Passwords

READERS = 5
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Access:
    """How strict the doors are, and the keys by purpose; the master key is read when first needed."""

    policy: AccessPolicy
    ring: Callable[[], Keyring]


class Tx:
    """One transaction. Methods that read units' data take a `Scope`; there is no default for it."""

    def __init__(self, connection: Connection, key: bytes, access: Access, limits: LimitRules = DEFAULT) -> None:
        self.connection = connection
        self.positions = Positions(connection)
        self.facts = Facts(connection)
        self.hits = Hits(connection)
        self.base_hits = BaseHits(connection)
        self.alerts = Alerts(connection, limits)
        self.alert_past = AlertPast(connection)
        self.queue = Queue(connection, limits)
        self.storms = Storms(connection)
        self.risk = Risk(connection)
        self.entities = Entities(connection)
        self.accounting = Accounting(connection)
        self.sources = Sources(connection)
        self.units = Units(connection)
        self.imports = Imports(connection)
        self.drops = Drops(connection)
        self.unit_sums = UnitSums(connection)
        self.team = Team(connection)
        self.people = People(connection)
        self.links = Links(connection)
        self.sessions = Sessions(connection, access.policy)
        self.factors = Factors(connection, access.ring)
        self.care = Caring(connection)
        self.reviews = Reviews(connection)
        self.unmaskings = Unmaskings(connection)
        self.keys = Keys(connection)
        self.watch = Watch(connection)
        self.jobs = Jobs(connection)
        self.past = Past(connection)
        self.views = Views(connection)
        self.preferences = Preferences(connection)
        self.answers = Answers(connection)
        self.feed = Feed(connection)
        self.posture = Posture(connection)
        self.metrics = Metrics(connection, limits)
        self.audit = AuditLog(connection, key)
        self._hub(connection)

    def _hub(self, connection: Connection) -> None:
        """What figures and registers are kept by."""
        self.systems = Systems(connection)
        self.incidents = Incidents(connection)
        self.weaknesses = Weaknesses(connection)
        self.external = External(connection)
        self.reports = Reports(connection)
        self.figures = Figures(connection)
        self.observations = Observations(connection)
        self.series = Series(connection)
        self.receipts = Receipts(connection)
        self.readiness = Readiness(connection)
        self.findings = Findings(connection)
        self.versions = Versions(connection)
        self.tasks = Tasks(connection)
        self.warnings = Warnings(connection)
        self.meetings = Meetings(connection)
        self.reminders = Reminders(connection)


class State:
    """One process's view of `state.db`. `clock` is for callers: every method takes its time as an argument."""

    def __init__(self, path: Path, clock: Clock, key: bytes) -> None:
        self.path = path
        self.clock = clock
        self._key = key
        self.access = Access(AccessPolicy(), cache(lambda: keyring(path.parent / "keys")))
        self.limits = DEFAULT  # those of the settings, once wiring has set them
        self._lock = threading.Lock()
        self._writing = 0
        self._passwords: Passwords | None = None
        self._writer = _engine(path, "BEGIN IMMEDIATE", connections=1)
        self._reader = _engine(path, "BEGIN", connections=READERS)

    @classmethod
    def open(cls, data: DataDir, clock: Clock) -> State:
        """Migrates if need be. Raises StateError for a newer schema or a lost audit key."""
        sqlite.check_engine()
        data.make()
        state = cls(data.state, clock, b"")
        schema.migrate(state._writer, data.state)
        data.state.chmod(0o640)
        with state.read() as tx:
            state._key = audit_key(data.keys, empty=tx.audit.head() is None)
        return state

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """All or nothing; anything raised inside rolls back. Never inside another write of the same thread."""
        if self._writing == threading.get_ident():
            raise StateError("a write was begun inside a write - hand the first `tx` on", code="SOC-1605")
        with self._lock, _translated(self.path):
            self._writing = threading.get_ident()
            try:
                with self._writer.begin() as connection:
                    yield Tx(connection, self._key, self.access, self.limits)
            finally:
                self._writing = 0

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with _translated(self.path), self._reader.connect() as connection:
            yield Tx(connection, self._key, self.access, self.limits)

    def use(self, policy: AccessPolicy) -> None:
        """The doors of this process obey `policy` from now on."""
        self.access = replace(self.access, policy=policy)

    @property
    def passwords(self) -> Passwords:
        """Made when first asked for: only the web role hashes."""
        from soc.state.passwords import Passwords

        if self._passwords is None:
            self._passwords = Passwords()
        return self._passwords

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()


def _engine(path: Path, begin: str, *, connections: int) -> Engine:
    connect = sqlite.writer if begin == "BEGIN IMMEDIATE" else sqlite.reader
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path),
        module=sqlite.module,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """The engine's errors in our words; callers never see SQLAlchemy's."""
    try:
        yield
    except Timeout as error:
        raise StateError(f"{path}: all {READERS} readers are busy - try again", code="SOC-1603") from error
    except DBAPIError as error:
        cause = str(error.orig)
        if "locked" in cause or "busy" in cause:
            raise StateError(
                f"{path}: another process is writing; tried for 5 s - try again", code="SOC-1603"
            ) from error
        raise StateError(f"{path}: {cause}", code="SOC-1605") from error
