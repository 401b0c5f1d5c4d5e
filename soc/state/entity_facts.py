"""What people say of entities: owner, system level, criticality, notes. Dated, audited, never changed: an edit is a new
fact, so that old alerts and events can be read with the values of their day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select

from soc.access import Scope
from soc.entity import EntityKind, key_of
from soc.errors import StateError
from soc.fold import fold_marks
from soc.masking import mask_text
from soc.state.scoped import within
from soc.state.tables.triage import alert_entity, entity_fact, entity_name

NOTES_MOST = 100
TEXT_MOST = 2_000
LEVELS = ("1", "2", "3", "4", "5")
CRITICALITIES = ("low", "medium", "high", "critical")


class FactName(StrEnum):
    """What can be said. LEVEL: the level of the information system, 1 to 5."""

    OWNER = "owner"
    LEVEL = "level"
    CRITICALITY = "criticality"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class EntityFact:
    """One statement; an empty text takes the earlier one back. `until`: a note that ends by itself."""

    seq: int
    kind: EntityKind
    key: str
    name: FactName
    text: str
    at: datetime
    by: str
    unit: str
    until: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        return self.at <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity that alerts or people know."""

    kind: EntityKind
    key: str
    value: str
    alerts: int
    last: datetime


class Entities:
    """Reads and adds; nothing is ever changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        kind: EntityKind,
        value: str,
        name: FactName,
        text: str,
        *,
        by: str,
        unit: str,
        at: datetime,
        until: datetime | None = None,
    ) -> None:
        """One more fact. Raises StateError SOC-1620 for what cannot be one; audit it in the same transaction."""
        fault = fault_of(name, text) or ("it ends before it begins" if until is not None and until <= at else "")
        if fault:
            raise StateError(f"{name}: {fault}", code="SOC-1620")
        row = {"kind": str(kind), "key": key_of(kind, value), "name": name, "text": text.strip(), "at": at}
        self._connection.execute(insert(entity_fact), row | {"by": by, "unit_id": unit, "until": until})

    def facts(self, kind: EntityKind, value: str, scope: Scope) -> tuple[EntityFact, ...]:
        """Everything that was ever said of it, newest first."""
        if not _may_be_named(kind, scope):
            return ()
        place = and_(entity_fact.c.kind == str(kind), entity_fact.c.key == key_of(kind, value))
        statement = select(entity_fact).where(place, within(scope, entity_fact.c.unit_id))
        rows = self._connection.execute(statement.order_by(entity_fact.c.seq.desc()).limit(NOTES_MOST * 4))
        said = mask_text if scope.hides_names else str
        return tuple(
            EntityFact(
                row.seq, kind, row.key, FactName(row.name), said(row.text), row.at, row.by, row.unit_id, row.until
            )
            for row in rows
        )

    def search(self, text: str, scope: Scope, *, limit: int = 20) -> tuple[FoundEntity, ...]:
        """Entities of alerts whose name contains the text, without case or tone marks; the latest first."""
        wanted = fold_marks(text.strip())
        if not wanted:
            return ()
        kinds = [str(kind) for kind in EntityKind if _may_be_named(kind, scope)]
        name = entity_name.c
        names = select(name.kind, name.key).where(name.kind.in_(kinds), name.text.contains(wanted, autoescape=True))
        chosen = names.limit(limit * 10).subquery()
        entity = alert_entity.c
        statement: Select[Any] = select(
            entity.kind, entity.key, func.max(entity.value), func.count(), func.max(entity.raised_at)
        )
        statement = statement.join(chosen, and_(chosen.c.kind == entity.kind, chosen.c.key == entity.key))
        statement = statement.where(within(scope, entity.unit_id)).group_by(entity.kind, entity.key)
        rows = self._connection.execute(statement.order_by(func.max(entity.raised_at).desc()).limit(limit))
        return tuple(FoundEntity(EntityKind(row[0]), *row[1:5]) for row in rows)

    def known_names(self, scope: Scope, *, limit: int = 50_000) -> frozenset[str]:
        """Hosts and accounts that alerts name, in lower case: for the guard of what is told to others."""
        entity = alert_entity.c
        kinds = (str(EntityKind.HOST), *((str(EntityKind.USER),) if _may_be_named(EntityKind.USER, scope) else ()))
        statement = select(entity.value).where(entity.kind.in_(kinds), within(scope, entity.unit_id)).distinct()
        return frozenset(value.lower() for value in self._connection.scalars(statement.limit(limit)))

    def alerts(self, kind: EntityKind, value: str, scope: Scope) -> int:
        """How many alerts name it."""
        if not _may_be_named(kind, scope):
            return 0
        entity = alert_entity.c
        place = [entity.kind == str(kind), entity.key == key_of(kind, value), within(scope, entity.unit_id)]
        return self._connection.scalar(select(func.count()).where(*place)) or 0


def _may_be_named(kind: EntityKind, scope: Scope) -> bool:
    """An account is a person; nobody from whom names are hidden finds people by them."""
    return kind is not EntityKind.USER or not scope.hides_names


def in_force(facts: Iterable[EntityFact], at: datetime) -> dict[FactName, EntityFact]:
    """Owner, level and criticality as they were at a time; the newest fact of each name counts."""
    found: dict[FactName, EntityFact] = {}
    for fact in sorted(facts, key=lambda one: one.seq):
        if fact.name is not FactName.NOTE and fact.at <= at:
            found[fact.name] = fact
    return {name: fact for name, fact in found.items() if fact.text and fact.holds_at(at)}


def notes_at(facts: Iterable[EntityFact], at: datetime) -> tuple[EntityFact, ...]:
    """Notes that still hold, newest first."""
    return tuple(one for one in facts if one.name is FactName.NOTE and one.text and one.holds_at(at))


def fault_of(name: FactName, text: str) -> str:
    """Why this text cannot be a fact of that name; '' when it can."""
    given = text.strip()
    if len(given) > TEXT_MOST:
        return f"has more than {TEXT_MOST} characters"
    if name is FactName.NOTE and not given:
        return "an empty note says nothing"
    if name is FactName.LEVEL and given and given not in LEVELS:
        return "a system level is 1 to 5"
    if name is FactName.CRITICALITY and given and given not in CRITICALITIES:
        return f"one of {', '.join(CRITICALITIES)}"
    return ""
