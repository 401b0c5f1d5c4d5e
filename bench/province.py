"""A data directory as after a year of work: many alerts, many events, people with open sessions. Seeded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.around import alerts_of
from bench.events import store
from bench.many_alerts import fill
from soc.access import ROOT, SYSTEM, Grant, RoleOfPerson
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.state.store import State

STALE = timedelta(hours=12)
ROLES = (RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD, RoleOfPerson.IT_CENTRE)


@dataclass(frozen=True, slots=True)
class Built:
    """Where it lies, when its last event happened, and the ids of alerts whose events are in the store."""

    folder: Path
    end: datetime
    alerts: tuple[str, ...]


def built(folder: Path, *, alerts: int, events: int) -> Built:
    """The directory, made anew when it is not there; one of yesterday is refused, for pages ask about today."""
    data, note = DataDir(folder).make(), folder / "province"
    if not note.exists():
        note.write_text(f"{datetime.now(UTC).replace(minute=0, second=0, microsecond=0).isoformat()}\n")
    end = datetime.fromisoformat(note.read_text().strip())
    if datetime.now(UTC) - end > STALE:
        raise SystemExit(f"{folder} was built at {end:%d/%m/%Y %H:%M} - delete it, pages ask about the last day")
    opened = store(folder, events=events, end=end)
    with closing(opened):
        if not (folder / "filled").exists():
            State.open(data, SystemClock()).close()
            fill(data.state, alerts, now=end)
            (folder / "filled").write_text(f"{alerts} alerts\n")
        told = tuple(alerts_of(opened, end))
        with closing(State.open(data, SystemClock())) as state, state.write() as tx:
            if not tx.alerts.latest_by_fingerprint([one.fingerprint for one in told], SYSTEM):
                tx.alerts.insert(told, at=end)
        return Built(folder, end, tuple(one.id for one in told))


def sessions(folder: Path, people: int) -> Sequence[str]:
    """Cookies of so many people at work, each with the rights to see every page."""
    now = datetime.now(UTC)
    tokens = []
    with closing(State.open(DataDir(folder), SystemClock())) as state, state.write() as tx:
        for number in range(people):
            account = f"bench{number}"
            if not tx.people.names([account]):
                tx.people.create(account, f"Người {number}", at=now)
                for role in ROLES:
                    tx.people.give(account, Grant(role, ROOT, date(2026, 1, 1)), by="bench", at=now)
            tokens.append(tx.sessions.start(account, at=now))
    return tokens
