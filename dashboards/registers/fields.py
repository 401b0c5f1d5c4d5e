"""Fields of the registers, and how their text is read: the same for a form, a row of CSV and a program.

Days are 24/11/2026 or 2026-11-24, moments have a time to the minute behind; both are the province's own time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

from dashboards.shell.i18n import N_
from reports.kpi.secrecy import is_state_secret
from soc.calendar import ZONE
from soc.unit import UnitTree

ID = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
RESERVED = frozenset({"entry", "file", "export"})
YES = frozenset({"1", "true", "yes", "on", "x", "có", "co"})
NO = frozenset({"", "0", "false", "no", "off", "không", "khong"})
LONGEST_NUMBER = 9


class Kind(StrEnum):
    """What a field holds."""

    ID = "id"
    TEXT = "text"
    LONG = "long"
    DAY = "day"
    MOMENT = "moment"
    WHOLE = "whole"
    CHOICE = "choice"
    UNIT = "unit"
    SYSTEM = "system"
    SYSTEMS = "systems"  # ids with commas
    SOURCE = "source"
    ADDRESS = "address"
    FLAG = "flag"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is also the column of CSV. `choices`: value -> word. `hint`: what stands below the field."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    most: int = 300
    choices: Mapping[Any, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """What texts may refer to: units of today and their day, systems and sources within the writer's scope."""

    units: UnitTree
    day: date
    sees: Callable[[str], bool]
    systems: Mapping[str, str]  # id -> unit
    sources: frozenset[str]


MISSING = N_("This is needed.")
TEXTS = {
    Kind.ID: N_("2 to 63 of a-z, 0-9, dot, hyphen and underscore, such as ht-cong-dvc."),
    Kind.DAY: N_("Not a day. Write it as 24/11/2026 or 2026-11-24."),
    Kind.MOMENT: N_("Not a time to the minute. Write it as 24/11/2026 14:03."),
    Kind.WHOLE: N_("Not a whole number from 0 on."),
    Kind.CHOICE: N_("Not one of the possible values."),
    Kind.UNIT: N_("There is no such unit today, or it is not one of yours."),
    Kind.SYSTEM: N_("There is no such system in the register, or it is not one of yours."),
    Kind.SYSTEMS: N_("There is no such system in the register, or it is not one of yours."),
    Kind.SOURCE: N_("There is no such log source, or it is not one of yours."),
    Kind.ADDRESS: N_("Not an IP address."),
    Kind.FLAG: N_("Write yes or no."),
}
TOO_LONG = N_("This text is too long.")
SECRET = N_("This text carries the mark of a state secret. Such things have their own channels; nothing was stored.")


def read(fields: Iterable[Field], typed: Mapping[str, str], world: World) -> tuple[dict[str, Any], dict[str, str]]:
    """Values by name, None for what was left empty, and faults by name."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in fields:
        text = typed.get(one.name, "").strip()
        values[one.name] = None
        if not text and one.kind is not Kind.FLAG:
            if one.required:
                faults[one.name] = MISSING
            continue
        if len(text) > one.most or is_state_secret([text]):
            faults[one.name] = TOO_LONG if len(text) > one.most else SECRET
            continue
        try:
            values[one.name] = _READ[one.kind](one, text, world)
        except ValueError:
            faults[one.name] = TEXTS[one.kind]
    return values, faults


def written(value: Any) -> str:
    """A value as `read` takes it: what stands in a file and in a form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)


def for_form(fields: Iterable[Field], row: Mapping[str, str]) -> dict[str, str]:
    """The columns of a record as people write them: days and moments in the order of the province."""
    shown = dict(row)
    for one in fields:
        text = row.get(one.name, "")
        if text and one.kind in (Kind.DAY, Kind.MOMENT):
            day, _, clock = text.partition("T")
            shown[one.name] = f"{date.fromisoformat(day):%d/%m/%Y} {clock}".strip()
    return shown


def day_of(text: str) -> date:
    """Raises ValueError."""
    found = DAY.fullmatch(text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)


def moment_of(text: str) -> datetime:
    """To the minute. Raises ValueError."""
    day, _, rest = text.replace("T", " ").partition(" ")
    if not re.match(r"\d{1,2}:\d{2}", rest):
        raise ValueError(text)
    clock = datetime.fromisoformat(f"{day_of(day).isoformat()} {rest.strip().zfill(5)}")
    aware = clock if clock.tzinfo else clock.replace(tzinfo=ZONE)
    return aware.astimezone(UTC).replace(second=0, microsecond=0)


def _id(one: Field, text: str, world: World) -> str:
    if not ID.fullmatch(text) or text in RESERVED:
        raise ValueError(text)
    return text


def _text(one: Field, text: str, world: World) -> str:
    return text


def _day(one: Field, text: str, world: World) -> date:
    return day_of(text)


def _moment(one: Field, text: str, world: World) -> datetime:
    return moment_of(text)


def _whole(one: Field, text: str, world: World) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise ValueError(text)
    return int(text)


def _choice(one: Field, text: str, world: World) -> Any:
    found = next((value for value in one.choices if str(value) == text.lower()), None)
    if found is None:
        raise ValueError(text)
    return found


def _unit(one: Field, text: str, world: World) -> str:
    known = world.units.get(text)
    if known is None or not known.holds_on(world.day) or not world.sees(text):
        raise ValueError(text)
    return text


def _system(one: Field, text: str, world: World) -> str:
    if text not in world.systems:
        raise ValueError(text)
    return text


def _systems(one: Field, text: str, world: World) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    return tuple(_system(one, name, world) for name in names)


def _source(one: Field, text: str, world: World) -> str:
    if text not in world.sources:
        raise ValueError(text)
    return text


def _address(one: Field, text: str, world: World) -> str:
    return str(ip_address(text))


def _flag(one: Field, text: str, world: World) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError(text)


_READ: dict[Kind, Callable[[Field, str, World], Any]] = {
    Kind.ID: _id,
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.HIDDEN: _text,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
    Kind.WHOLE: _whole,
    Kind.CHOICE: _choice,
    Kind.UNIT: _unit,
    Kind.SYSTEM: _system,
    Kind.SYSTEMS: _systems,
    Kind.SOURCE: _source,
    Kind.ADDRESS: _address,
    Kind.FLAG: _flag,
}
