"""What people change of sources: adopt, describe, pause, retire. Every change is dated and in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from soc.access import Right, Scope
from soc.state.source_table import Source
from soc.state.tables.sources import SourceClass, SourceState
from soc.state.watch import Care

LONGEST = 120
STATES = {
    "pause": (SourceState.PAUSED, (SourceState.ACTIVE,)),
    "resume": (SourceState.ACTIVE, (SourceState.PAUSED, SourceState.RETIRED)),
    "retire": (SourceState.RETIRED, (SourceState.ACTIVE, SourceState.PAUSED, SourceState.PENDING)),
}
"""Act -> the state it leads to, and from where."""


@dataclass(frozen=True, slots=True)
class Description:
    """What may be said of a source; None leaves a thing as it is."""

    name: str | None = None
    unit: str | None = None
    contact: str | None = None
    owner: str | None = None
    level: int | None = None
    kind: SourceClass | None = None
    product: str | None = None


def adopt(services: Services, viewer: Viewer, source_id: str, said: Description) -> Source:
    """A sender in quarantine becomes a source of a unit from now on. Raises Refused, Invalid, NotFound."""
    scope = _manager(viewer)
    faults = _faults(services, viewer, said)
    if not said.unit:
        faults["unit"] = "no such unit today, or not one of yours"
    if faults:
        raise Invalid(faults)
    now = services.clock.now()
    with services.state.write() as tx:
        old = tx.sources.get(source_id, scope)
        if old.state is not SourceState.PENDING:
            raise Invalid({"source": f"is '{old.state}', not pending"})
        new = tx.sources.change(source_id, scope, at=now, state=SourceState.ACTIVE, **_dated(said))
        care = _cared(tx.watch.care(scope).get(source_id, Care()), said)
        tx.watch.take_care(source_id, new.unit, care)
        before = {"state": old.state, "unit": old.unit}
        after = {"state": new.state, "unit": new.unit}
        tx.audit.append(viewer.actor, "source.approve", source_id, at=now, unit=new.unit, before=before, after=after)
    return new


def describe(services: Services, viewer: Viewer, source_id: str, said: Description) -> Source:
    """Name, unit, contact, owner, level: from now on. Raises Refused, Invalid, NotFound."""
    scope = _manager(viewer)
    if faults := _faults(services, viewer, said):
        raise Invalid(faults)
    now = services.clock.now()
    with services.state.write() as tx:
        old = tx.sources.get(source_id, scope)
        care = tx.watch.care(scope).get(source_id, Care())
        new, cared = tx.sources.change(source_id, scope, at=now, **_dated(said)), _cared(care, said)
        before, after = _record(old, care), _record(new, cared)
        if before == after:
            return old
        tx.watch.take_care(source_id, new.unit, cared)
        tx.audit.append(viewer.actor, "source.describe", source_id, at=now, unit=new.unit, before=before, after=after)
    return new


def move(services: Services, viewer: Viewer, source_id: str, act: str) -> Source:
    """Pause, resume or retire. Raises Refused, Invalid, NotFound."""
    scope = _manager(viewer)
    if act not in STATES:
        raise Invalid({"act": f"one of {', '.join(STATES)}"})
    target, allowed = STATES[act]
    now = services.clock.now()
    with services.state.write() as tx:
        old = tx.sources.get(source_id, scope)
        if old.state not in allowed:
            raise Invalid({"act": f"a source that is '{old.state}' cannot {act}"})
        new = tx.sources.change(source_id, scope, at=now, state=target)
        before, after = {"state": old.state}, {"state": new.state}
        tx.audit.append(viewer.actor, f"source.{act}", source_id, at=now, unit=new.unit, before=before, after=after)
    return new


def _manager(viewer: Viewer) -> Scope:
    if not viewer.may(Right.MANAGE_SOURCES):
        raise Refused("your roles do not include managing sources")
    return viewer.scope(Right.MANAGE_SOURCES)


def _faults(services: Services, viewer: Viewer, said: Description) -> dict[str, str]:
    """Everything that is wrong, by field."""
    from collectors.registry import names

    faults = {}
    if said.unit:
        known = services.units.get(said.unit)
        if known is None or not viewer.scope(Right.MANAGE_SOURCES).sees(said.unit) or not known.holds_on(viewer.day):
            faults["unit"] = "no such unit today, or not one of yours"
    if said.name is not None and not said.name.strip():
        faults["name"] = "a source needs a name"
    for field in ("name", "contact", "owner"):
        if len(getattr(said, field) or "") > LONGEST:
            faults[field] = f"at most {LONGEST} characters"
    if said.level is not None and said.level not in range(6):
        faults["level"] = "1 to 5, or 0 for not known"
    if said.product and said.product not in ("auto", *names()):
        faults["product"] = "no such product"
    return faults


def _dated(said: Description) -> dict[str, Any]:
    """What stands in the dated record."""
    found = {name: getattr(said, name) for name in ("name", "unit", "contact", "kind", "product")}
    texts = {"name", "contact"}
    return {name: value.strip() if name in texts else value for name, value in found.items() if value is not None}


def _cared(care: Care, said: Description) -> Care:
    owner = care.owner if said.owner is None else said.owner.strip()
    level = care.level if said.level is None else said.level or None
    return Care(owner, level)


def _record(source: Source, care: Care) -> Mapping[str, Any]:
    return {
        "name": source.name,
        "unit": source.unit,
        "contact": source.contact,
        "class": source.kind,
        "product": source.product,
        "owner": care.owner,
        "level": care.level,
    }
