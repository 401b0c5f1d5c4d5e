"""What a person chose to see of the queue: read from the address, written back to it, asked of the state."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from dashboards.access.viewer import Viewer
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.labels import UNTAKEN
from soc.alert import OPEN, Lane, Level, Status
from soc.entity import EntityKind, key_of
from soc.state.queue import AlertFilter, Order

SOON = timedelta(hours=1)
AGES = {
    "1h": (timedelta(hours=1), N_("1 hour")),
    "24h": (timedelta(hours=24), N_("24 hours")),
    "7d": (timedelta(days=7), N_("7 days")),
    "30d": (timedelta(days=30), N_("30 days")),
}
TEXT_MOST = 200
PICKED_MOST = 2_000
"""Letters; all rows of a page fit."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A tab that everybody has. `lanes` empty: all of them. `tab`: whether it stands among the tabs."""

    name: str
    label: str
    statuses: tuple[Status, ...] = OPEN
    lanes: tuple[Lane, ...] = (Lane.QUEUE,)
    mine: bool = False
    soon: bool = False
    order: Order = Order.QUEUE
    tab: bool = True


VIEWS = {
    view.name: view
    for view in (
        SavedView("mine", N_("Mine"), lanes=(), mine=True),
        SavedView("open", N_("All open")),
        SavedView("untaken", N_("Not taken"), UNTAKEN),
        SavedView("due", N_("Due soon"), soon=True),
        SavedView("waiting", N_("Waiting for units"), (Status.WAITING_UNIT,), lanes=()),
        SavedView("digest", N_("Digest"), lanes=(Lane.DIGEST,)),
        SavedView("storm", N_("Storms"), lanes=(Lane.STORM,), tab=False),
        SavedView("closed", N_("Closed alerts"), (Status.CLOSED,), lanes=(), order=Order.NEWEST),
    )
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """An unknown word is no filter at all, never an error: addresses get shared. `entity`: `ip:203.0.113.9`; `picked`:
    ids of ticked rows with commas between them."""

    view: str = "open"
    level: str = ""
    status: str = ""
    unit: str = ""
    text: str = ""
    rule: str = ""
    entity: str = ""
    tactic: str = ""
    age: str = ""
    owner: str = ""
    picked: str = ""

    @property
    def narrowed(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self) if field.name != "view")

    @property
    def saved(self) -> SavedView:
        return VIEWS.get(self.view, VIEWS["open"])

    @property
    def order(self) -> Order:
        return self.saved.order

    def wanted(self, viewer: Viewer, now: datetime) -> AlertFilter:
        """As the state asks for it."""
        saved, status, level = self.saved, choice(Status, self.status), choice(Level, self.level)
        age = AGES.get(self.age)
        entity = entity_of(self.entity)
        return AlertFilter(
            statuses=(status,) if status else saved.statuses,
            levels=(level,) if level else (),
            units=tuple(viewer.units.below(self.unit)) if self.unit else (),
            rules=(self.rule,) if self.rule else (),
            owner=viewer.account if saved.mine or self.owner == "me" else self.owner or None,
            text=self.text.strip()[:TEXT_MOST],
            lanes=saved.lanes,
            entities=(entity,) if entity else (),
            tactics=(self.tactic,) if self.tactic else (),
            raised_since=now - age[0] if age else None,
            due_before=now + SOON if saved.soon else None,
            ids=tuple(filter(None, self.picked.split(","))),
        )

    def without(self, *names: str) -> QueueFilter:
        """The same with these left open."""
        return replace(self, **dict.fromkeys(names, ""))

    @property
    def pairs(self) -> dict[str, str]:
        """What was chosen, by name."""
        found = {field.name: str(getattr(self, field.name)) for field in fields(self)}
        return {name: value for name, value in found.items() if value}

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode(self.pairs)

    def href(self, path: str = "/alerts", **more: str | int | None) -> str:
        """The address of this filter; equal filters have equal addresses."""
        given = {name: value for name, value in more.items() if value not in ("", None)}
        kept = {name: value for name, value in self.pairs.items() if name not in more}
        return f"{path}?{urlencode(kept | given)}"


def filter_of(query: str) -> QueueFilter:
    """What stands after the `?` of an address, as a filter; other words are left out."""
    known = {field.name for field in fields(QueueFilter)}
    most = {"picked": PICKED_MOST}
    return QueueFilter(
        **{name: value[: most.get(name, TEXT_MOST)] for name, value in parse_qsl(query) if name in known}
    )


def entity_of(text: str) -> tuple[EntityKind, str] | None:
    """`kind:value` as an entity."""
    word, _, value = text.partition(":")
    kind = choice(EntityKind, word)
    return (kind, key_of(kind, value[:TEXT_MOST])) if kind and value.strip() else None
