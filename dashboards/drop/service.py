"""Who may drop a file, what becomes of it, and which alerts are its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from secrets import token_hex
from unicodedata import normalize

from dashboards.access.viewer import Viewer
from dashboards.drop.form import Form, Target
from dashboards.errors import Invalid, Refused
from dashboards.services import Intake, Services
from soc.access import UNASSIGNED, Right
from soc.alert import Alert, Level
from soc.state.drops import Drop

HOUR = timedelta(hours=1)
HOURLY = 30
SHOWN = 50


@dataclass(frozen=True, slots=True)
class DropView:
    """One file with what the viewer may see of its alerts; `levels` None: the viewer may see no alerts at all."""

    drop: Drop
    levels: dict[Level, int] | None
    alerts: tuple[Alert, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.levels.values()) if self.levels else 0


def may_drop(services: Services, viewer: Viewer) -> bool:
    """Whoever manages sources; in a demo also those who judge alerts."""
    return viewer.may(Right.MANAGE_SOURCES) or (services.settings.demo and viewer.may(Right.TRIAGE))


def target(services: Services, viewer: Viewer) -> Target:
    """A place for the bytes, outside of everything that is served. Raises Refused before a byte is read."""
    if not may_drop(services, viewer):
        raise Refused("your roles do not include importing files")
    intake, now = _intake(services), services.clock.now()
    with services.state.read() as tx:
        if tx.drops.count_since(viewer.account, now - HOUR) >= HOURLY:
            raise Refused(f"more than {HOURLY} files within an hour", code="SOC-1841", status=429)
    return Target(intake.folder / token_hex(12))


def begin(services: Services, viewer: Viewer, form: Form) -> Drop:
    """The bytes are there: registers the file, and lets the worker read it. Bytes that were read before are what they
    were: that reading is the answer. Raises Invalid, Refused."""
    intake, now = _intake(services), services.clock.now()
    if not form.target.size:
        raise Invalid({"file": "choose a file that is not empty"})
    drop = Drop(
        id=form.target.path.name,
        unit=_unit(services, viewer, form.words.get("unit", "")),
        by=viewer.account,
        at=now,
        name=_safe(form.name),
        sha256=form.target.sha256,
        bytes=form.target.size,
        kind=form.target.kind.value,
    )
    with services.state.write() as tx:
        if (earlier := tx.drops.done_before(drop.sha256, drop.unit)) is not None:
            discard(form.target)
            return earlier
        tx.drops.add(drop)
        tx.audit.append(
            viewer.actor,
            "file.import",
            drop.id,
            at=now,
            unit=drop.unit,
            after={"name": drop.name, "bytes": drop.bytes, "sha256": drop.sha256, "kind": drop.kind},
        )
    intake.begin(drop.id)
    return drop


def look(services: Services, viewer: Viewer, drop_id: str) -> DropView:
    """Raises NotFound, also for a file of another unit."""
    with services.state.read() as tx:
        drop = tx.drops.get(drop_id, viewer.scope(Right.READ_SOURCES))
        if not viewer.may(Right.READ_ALERT_HEADS):
            return DropView(drop, None)
        scope = viewer.scope(Right.READ_ALERT_HEADS)
        ids = tx.drops.alerts(drop_id, scope, limit=SHOWN)
        alerts = tuple(tx.alerts.get(alert_id, scope) for alert_id in ids)
        return DropView(drop, tx.drops.levels(drop_id, scope), alerts)


def recent(services: Services, viewer: Viewer) -> tuple[Drop, ...]:
    with services.state.read() as tx:
        return tx.drops.all(viewer.scope(Right.READ_SOURCES), limit=10)


def discard(found: Target) -> None:
    """Nothing of a refused upload stays."""
    found.close()
    found.path.unlink(missing_ok=True)


def _intake(services: Services) -> Intake:
    if services.intake is None:
        raise Refused("no files are taken on the pages here", code="SOC-1843", status=409)
    return services.intake


def _unit(services: Services, viewer: Viewer, unit: str) -> str:
    """Whose file it is; only those who see the whole province may leave it open."""
    scope = viewer.scope(Right.READ_SOURCES)
    if unit in ("", UNASSIGNED):
        if scope.units is None:
            return UNASSIGNED
        raise Invalid({"unit": "choose the unit that the file comes from"})
    known = services.units.get(unit)
    if known is None or not scope.sees(unit) or not known.holds_on(viewer.day):
        raise Invalid({"unit": "no such unit today, or not one of yours"})
    return unit


def _safe(name: str) -> str:
    """Only to be shown: no folders, one form of letters."""
    plain = normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    return "".join(char for char in plain if char.isprintable())[:200] or "file"
