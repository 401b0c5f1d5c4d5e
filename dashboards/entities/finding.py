"""One box for everything: an alert's number, an entity, a rule's title, any text of alerts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from dashboards.shell import links
from soc.access import Right
from soc.alert import OPEN, Alert
from soc.entity import EntityKind
from soc.fold import fold_marks
from soc.query.ast import Text
from soc.state.entities import OTHER, keys_of
from soc.state.entity_facts import FoundEntity
from soc.state.queue import AlertFilter, Order

NUMBER = re.compile(r"(?:cb-?)?0*(\d{1,9})", re.IGNORECASE)
HEX = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+\.?")
CHARACTERS = 200
ALERTS, ENTITIES, UNITS = 20, 20, 10
WORST = 150


@dataclass(frozen=True, slots=True)
class Guess:
    """What the text itself looks like, seen before or not."""

    kind: EntityKind
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that fits; `alert`: the one whose number it is. `hunt`: the same text asked of all events."""

    text: str
    alert: Alert | None = None
    guesses: tuple[Guess, ...] = ()
    entities: tuple[FoundEntity, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    alerts: tuple[Alert, ...] = ()
    alerts_total: int = 0
    rules: tuple[tuple[str, str, int], ...] = field(default=())
    hunt: str = ""

    @property
    def total(self) -> int:
        parts = (self.entities, self.units, self.rules)
        return sum(map(len, parts)) + self.alerts_total + (self.alert is not None)


@dataclass(frozen=True, slots=True)
class Risky:
    """An entity of open alerts with its score."""

    kind: EntityKind
    value: str
    score: float
    alerts: int


def find(services: Services, viewer: Viewer, text: str) -> Found:
    """Within the viewer's units."""
    wanted = text.strip()[:CHARACTERS]
    if not wanted:
        return Found("")
    scope = viewer.scope(Right.READ_ALERT_HEADS)
    every = AlertFilter(statuses=(), text=wanted)
    with services.state.read() as tx:
        number = NUMBER.fullmatch(wanted)
        numbered = _by_number(tx.queue.page(every, scope, order=Order.NEWEST, limit=5).alerts, number)
        entities = tx.entities.search(wanted, scope, limit=ENTITIES)
        page = tx.queue.page(every, scope, order=Order.NEWEST, limit=ALERTS)
        total = tx.queue.count(every, scope)
    return Found(
        text=wanted,
        alert=numbered,
        guesses=guesses(wanted),
        entities=entities,
        units=_units(viewer, wanted),
        alerts=page.alerts,
        alerts_total=total,
        rules=_rules(page.alerts, wanted),
        hunt=_hunt(services, wanted),
    )


def guesses(text: str) -> tuple[Guess, ...]:
    """The kinds of thing that the text can be."""
    kinds: list[EntityKind] = []
    if _is_address(text):
        kinds = [EntityKind.IP]
    elif HEX.fullmatch(text):
        kinds = [EntityKind.HASH]
    elif DOMAIN.fullmatch(text):
        kinds = [EntityKind.DOMAIN, EntityKind.HOST, EntityKind.USER]
    elif not text.upper().startswith("CB-") and " " not in text:
        kinds = [EntityKind.HOST, EntityKind.USER]
    return tuple(Guess(kind, text, links.entity(kind, text)) for kind in kinds)


def worst(services: Services, viewer: Viewer) -> tuple[Risky, ...]:
    """The entities of the alerts that wait first in the queue, by risk."""
    scope = viewer.scope(Right.READ_ALERT_HEADS)
    now = services.clock.now()
    with services.state.read() as tx:
        alerts = tx.queue.page(AlertFilter(statuses=OPEN), scope, limit=WORST).alerts
        named: dict[tuple[str, str], str] = {}
        counts: dict[tuple[str, str], int] = {}
        for alert in alerts:
            for key, value in _keys(alert).items():
                named.setdefault(key, value)
                counts[key] = counts.get(key, 0) + 1
        scores = tx.risk.scores(named, scope, now)
    made = (
        Risky(EntityKind(kind), named[kind, key], score, counts[kind, key]) for (kind, key), score in scores.items()
    )
    return tuple(sorted(made, key=lambda one: (-one.score, one.kind, one.value)))


def _keys(alert: Alert) -> dict[tuple[str, str], str]:
    return {key: value for key, value in keys_of(alert.entities).items() if key[0] != OTHER}


def _by_number(alerts: tuple[Alert, ...], number: re.Match[str] | None) -> Alert | None:
    if number is None:
        return None
    return next((alert for alert in alerts if alert.number == int(number[1])), None)


def _units(viewer: Viewer, text: str) -> tuple[tuple[str, str], ...]:
    scope, wanted = viewer.scope(Right.READ_ALERT_HEADS), fold_marks(text)
    found = (
        (unit.id, unit.name_vi)
        for unit in viewer.units.units.values()
        if scope.sees(unit.id)
        and any(wanted in fold_marks(name) for name in (unit.id, unit.name_vi, unit.name_en, unit.short_vi))
    )
    return tuple(sorted(found, key=lambda pair: fold_marks(pair[1])))[:UNITS]


def _rules(alerts: tuple[Alert, ...], text: str) -> tuple[tuple[str, str, int], ...]:
    """Rules whose title fits, among the alerts found: id, title, alerts."""
    wanted = fold_marks(text)
    counts: dict[str, tuple[str, int]] = {}
    for alert in alerts:
        titles = (alert.rule.title_vi, alert.rule.title)
        if any(wanted in fold_marks(title) for title in titles):
            title, n = counts.get(alert.rule.id, (alert.rule.title_vi or alert.rule.title, 0))
            counts[alert.rule.id] = (title, n + 1)
    return tuple((rule, title, n) for rule, (title, n) in counts.items())


def _hunt(services: Services, text: str) -> str:
    now = services.clock.now()
    return links.hunt(Text(text), now - timedelta(days=1), now)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
