"""Sources as people see them: the known ones with how fresh they are, and the senders that wait for a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from dashboards.shell.i18n import N_
from soc.access import Right
from soc.state.source_table import Source
from soc.state.sources import Seen
from soc.state.tables.sources import SourceState

LATE = timedelta(minutes=15)
LOST = timedelta(hours=2)
WORST_FIRST = ("lost", "late", "unknown", "ok")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source. `mark` and `word` say how it stands; `last_seen` None: never heard."""

    id: str
    name: str
    state: SourceState
    product: str
    unit: str
    first_seen: datetime | None
    last_seen: datetime | None
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class Silence:
    """What cannot be checked now: `names` of lost sources, longest silent first; `heard`: that any source is live."""

    names: tuple[str, ...]
    heard: bool


def silence(services: Services, viewer: Viewer) -> Silence:
    """Of the sources of the viewer's units; a sender that nobody approved is not counted on."""
    known, _ = lines(services, viewer)
    lost = sorted((line for line in known if line.mark == "lost"), key=lambda line: str(line.last_seen))
    return Silence(tuple(line.name for line in lost), any(line.mark in ("ok", "late") for line in known))


def lines(services: Services, viewer: Viewer) -> tuple[list[SourceLine], list[SourceLine]]:
    """Known sources and pending senders, both with the silent ones first, then by name."""
    scope = viewer.scope(Right.READ_SOURCES)
    with services.state.read() as tx:
        found = tx.sources.all(scope)
        seen = tx.sources.seen(scope)
    now = services.clock.now()
    made = (_line(source, seen.get(source.id), now) for source in found)
    all_lines = sorted(made, key=lambda line: (WORST_FIRST.index(line.mark), line.name))
    pending = [line for line in all_lines if line.state is SourceState.PENDING]
    return [line for line in all_lines if line.state is not SourceState.PENDING], pending


def approve(services: Services, viewer: Viewer, source_id: str, unit: str) -> SourceLine:
    """A pending sender becomes a source of `unit` from now on. Raises Refused, Invalid, NotFound."""
    if not viewer.may(Right.MANAGE_SOURCES):
        raise Refused("your roles do not include managing sources")
    scope = viewer.scope(Right.MANAGE_SOURCES)
    now = services.clock.now()
    known = services.units.get(unit)
    if known is None or not scope.sees(unit) or not known.holds_on(viewer.day):
        raise Invalid({"unit": "no such unit today, or not one of yours"})
    with services.state.write() as tx:
        old = tx.sources.get(source_id, scope)
        if old.state is not SourceState.PENDING:
            raise Invalid({"source": f"is '{old.state}', not pending"})
        new = tx.sources.approve(source_id, scope, unit=unit, at=now)
        tx.audit.append(
            viewer.actor,
            "source.approve",
            source_id,
            at=now,
            unit=unit,
            before={"state": old.state, "unit": old.unit},
            after={"state": new.state, "unit": new.unit},
        )
        seen = tx.sources.seen(scope).get(source_id)
    return _line(new, seen, now)


def _line(source: Source, seen: Seen | None, now: datetime) -> SourceLine:
    mark, word = _standing(source.state, seen, now)
    product = "" if source.product == "auto" else source.product
    first, last = (seen.first, seen.last) if seen else (None, None)
    return SourceLine(source.id, source.name, source.state, product, source.unit, first, last, mark, word)


def _standing(state: SourceState, seen: Seen | None, now: datetime) -> tuple[str, str]:
    """By fixed limits; the learned rhythm of each source comes with a later issue."""
    if state is SourceState.PAUSED:
        return "unknown", N_("paused")
    if state is SourceState.RETIRED:
        return "unknown", N_("retired")
    if seen is None:
        return "unknown", N_("never heard")
    silent = now - seen.last
    if silent >= LOST:
        return "lost", N_("connection lost")
    return ("late", N_("late")) if silent >= LATE else ("ok", N_("live"))
