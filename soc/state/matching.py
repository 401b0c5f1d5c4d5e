"""A filter of alerts as conditions of a statement, written so that a million alerts answer within 300 ms (W1).

What many alerts share (level, state, unit, rule, owner, lane) stands in the indexes that lists walk. What few share
(an entity, a text) is looked up first: a short list drives the statement, a long one is asked row by row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select, true

from soc.access import Scope
from soc.alert import OPEN, Lane, Level, Status
from soc.entity import EntityKind, key_of
from soc.fold import fold_marks
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.pipeline import rule_card
from soc.state.tables.triage import alert_count, alert_entity, entity_name

FEW = 1_000
_NUMBER = re.compile(r"(?:cb-?)?0*(\d{1,12})")


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Empty means any; the values of one field are alternatives, of several fields all must hold. Every entity that is
    named must be in the alert.

    `text` is looked for in title, unit and entities, without case or tone marks; a number like CB-000017 finds its
    alert. `raised_until` is not included. `due_before`: a limit that still runs ends before.
    """

    statuses: tuple[Status, ...] = OPEN
    levels: tuple[Level, ...] = ()
    units: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    owner: str | None = None
    text: str = ""
    lanes: tuple[Lane, ...] = ()
    entities: tuple[tuple[EntityKind, str], ...] = ()
    tactics: tuple[str, ...] = ()
    raised_since: datetime | None = None
    raised_until: datetime | None = None
    due_before: datetime | None = None
    ids: tuple[str, ...] = ()

    @property
    def only_open(self) -> bool:
        return bool(self.statuses) and set(self.statuses) <= set(OPEN)


def matches(connection: Connection, wanted: AlertFilter, scope: Scope) -> ColumnElement[bool]:
    """The condition on `alert`."""
    conditions = [within(scope, walked(alert.c.unit_id, wanted)), *_plain(wanted), *_times(wanted)]
    if wanted.tactics:
        named = (rule_card.c.tactics.contains(f" {name} ", autoescape=True) for name in wanted.tactics)
        conditions += _of_cards(connection, or_(*named), wanted)
    conditions += [_entity(connection, kind, value) for kind, value in wanted.entities]
    if wanted.text.strip():
        conditions.append(_text(connection, fold_marks(wanted.text.strip()), wanted))
    return and_(*conditions)


def walked(column: ColumnElement[Any], wanted: AlertFilter) -> ColumnElement[Any]:
    """The column as an expression: SQLite then looks it up in the index of open alerts that it walks, and takes no
    other index, which would lead it all over the table."""
    return column.concat("") if wanted.only_open else column


def _plain(wanted: AlertFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.only_open:
        # Written so that the index of open alerts can serve; SQLite must see the constant.
        conditions.append(alert.c.open == true())
    if wanted.statuses and set(wanted.statuses) != set(OPEN):
        conditions.append(alert.c.status.in_(wanted.statuses))
    lists: tuple[tuple[ColumnElement[Any], tuple[str, ...]], ...] = (
        (alert.c.level, wanted.levels),
        (walked(alert.c.unit_id, wanted), wanted.units),
        (walked(alert.c.rule_id, wanted), wanted.rules),
        (alert.c.lane, wanted.lanes),
        (alert.c.id, wanted.ids),
    )
    conditions += [
        column == values[0] if len(values) == 1 else column.in_(values) for column, values in lists if values
    ]
    if wanted.owner is not None:
        conditions.append(walked(alert.c.owner, wanted) == wanted.owner)
    return conditions


def _times(wanted: AlertFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.raised_since is not None:
        conditions.append(alert.c.raised_at >= wanted.raised_since)
    if wanted.raised_until is not None:
        conditions.append(alert.c.raised_at < wanted.raised_until)
    if wanted.due_before is not None:
        waits = alert.c.status == Status.WAITING_UNIT
        runs = (
            and_(alert.c.taken_at.is_(None), alert.c.ack_due < wanted.due_before),
            and_(waits, alert.c.unit_due < wanted.due_before),
            and_(~waits, alert.c.resolve_due < wanted.due_before),
        )
        conditions += [alert.c.status != Status.CLOSED, or_(*runs)]
    return conditions


def _of_cards(connection: Connection, chosen: ColumnElement[bool], wanted: AlertFilter) -> list[ColumnElement[bool]]:
    """By rule first, which the indexes hold; then by the very card that the alert kept."""
    rows = connection.execute(select(rule_card.c.key, rule_card.c.rule_id, chosen.label("chosen"))).all()
    rules = sorted({row.rule_id for row in rows if row.chosen})
    by_rule = walked(alert.c.rule_id, wanted).in_(rules)
    mixed = {row.rule_id for row in rows if not row.chosen} & set(rules)
    if not mixed:
        return [by_rule]
    return [by_rule, alert.c.rule_key.in_(select(rule_card.c.key).where(chosen))]


def _entity(connection: Connection, kind: EntityKind, value: str) -> ColumnElement[bool]:
    key = key_of(kind, value)
    of_key = (alert_entity.c.kind == str(kind), alert_entity.c.key == key)
    found = _some(connection, select(alert_entity.c.alert_id).where(*of_key))
    if found is not None:
        return alert.c.id.in_(found)
    return exists().where(*of_key, alert_entity.c.alert_id == alert.c.id)


def _text(connection: Connection, text: str, wanted: AlertFilter) -> ColumnElement[bool]:
    """Titles, units and entities are few beside alerts: they are looked through, and then their alerts are found."""
    number = _NUMBER.fullmatch(text)
    numbered = [alert.c.number == int(number[1])] if number else []
    names = select(entity_name.c.kind, entity_name.c.key).where(entity_name.c.text.contains(text, autoescape=True))
    keys = [(row.kind, row.key) for row in connection.execute(names.limit(FEW + 1))]
    if len(keys) > FEW:
        return or_(*numbered, alert.c.text.contains(text, autoescape=True))
    rules = select(rule_card.c.rule_id).where(rule_card.c.text.contains(text, autoescape=True)).distinct()
    units = select(alert_count.c.unit_id).where(alert_count.c.unit_id.contains(text, autoescape=True)).distinct()
    named = _Named(numbered, list(connection.scalars(rules)), list(connection.scalars(units)), keys)
    found = _found(connection, named)
    if found is not None:
        return alert.c.id.in_(found)
    return _many(connection, named, wanted, alert.c.text.contains(text, autoescape=True))


@dataclass(frozen=True, slots=True)
class _Named:
    """What has the text in it."""

    numbered: list[ColumnElement[bool]]
    rules: list[str]
    units: list[str]
    keys: list[tuple[str, str]]


def _found(connection: Connection, named: _Named) -> list[str] | None:
    """The ids of all alerts with the text, None when they are many."""
    entity = alert_entity.c
    searches = [select(alert.c.id).where(each) for each in named.numbered]
    searches += [select(alert.c.id).where(alert.c.rule_id == rule) for rule in named.rules]
    searches += [select(alert.c.id).where(alert.c.unit_id == unit) for unit in named.units]
    searches += [select(entity.alert_id).where(entity.kind == kind, entity.key == key) for kind, key in named.keys]
    found: dict[str, None] = {}
    for search in searches:
        some = _some(connection, search)
        if some is None or len(found) > FEW:
            return None
        found |= dict.fromkeys(some)
    return list(found) if len(found) <= FEW else None


def _many(
    connection: Connection, named: _Named, wanted: AlertFilter, in_text: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Rule and unit stand in the indexes that lists walk; the text itself is read of each alert, which costs most."""
    entity = alert_entity.c
    of_entities: dict[str, None] = {}
    for kind, key in named.keys:
        some = _some(connection, select(entity.alert_id).where(entity.kind == kind, entity.key == key))
        if some is None or len(of_entities) > FEW:
            return or_(*named.numbered, in_text)
        of_entities |= dict.fromkeys(some)
    by_rule = walked(alert.c.rule_id, wanted).in_(named.rules)
    by_unit = walked(alert.c.unit_id, wanted).in_(named.units)
    return or_(*named.numbered, by_rule, by_unit, alert.c.id.in_(list(of_entities)))


def _some(connection: Connection, search: Select[Any]) -> list[str] | None:
    """What the search finds, None when it is many."""
    found: list[str] = [row[0] for row in connection.execute(search.limit(FEW + 1)).all()]
    return found if len(found) <= FEW else None
