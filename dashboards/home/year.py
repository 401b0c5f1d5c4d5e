"""The calendar of a year, and who has compared it with the announcement (posture-and-reports.md 2).

The days come with the system and change with it; an approval holds for the very days that were approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import yaml

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.services import Services
from dashboards.shell.formats import ZONE
from soc.access import Right
from soc.errors import NotFound
from soc.state.store import Tx


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is off though it would be worked, or worked though it would be off."""

    day: date
    name_vi: str
    name_en: str
    worked: bool


@dataclass(frozen=True, slots=True)
class Year:
    """`digest` names the days as they are now; `approved_by` empty: nobody has confirmed these."""

    number: int
    days: tuple[Special, ...]
    digest: str
    approved_by: str = ""
    approved_at: str = ""


def years(services: Services) -> tuple[Year, ...]:
    """This year and those after it, as far as they are entered."""
    this = services.clock.now().astimezone(ZONE).year
    with services.state.read() as tx:
        return tuple(_read(tx, number) for number in sorted(_document()["years"]) if number >= this)


def is_approved(tx: Tx, number: int) -> bool:
    """By a person of ours, or already as it was delivered."""
    return number in _document()["years"] and bool(_read(tx, number).approved_by)


def may_approve(viewer: Viewer) -> bool:
    """The calendar is one for the whole province."""
    return viewer.may(Right.MANAGE_UNITS) and viewer.scope(Right.MANAGE_UNITS).units is None


def approve(services: Services, viewer: Viewer, number: int, digest: str) -> Year:
    """Confirms the days that were shown. Raises NotFound, Refused."""
    if not may_approve(viewer):
        raise Refused("the calendar is approved by whoever manages the units of the whole province")
    if number not in _document()["years"]:
        raise NotFound
    now = services.clock.now()
    with services.state.write() as tx:
        found = _read(tx, number)
        if digest != found.digest:
            raise Refused("the days have changed since they were shown", code="SOC-1849", status=409)
        value = {"by": viewer.name, "account": viewer.account, "at": now.isoformat(), "digest": digest}
        tx.facts.put(_fact(number), value, at=now)
        tx.audit.append(viewer.actor, "calendar.approve", str(number), at=now, after={"digest": digest})
        return _read(tx, number)


def _read(tx: Tx, number: int) -> Year:
    days = tuple(sorted(_days(number), key=lambda one: one.day))
    digest = sha256(repr([(one.day.isoformat(), one.worked) for one in days]).encode()).hexdigest()[:16]
    given = tx.facts.get(_fact(number)) or {}
    if given.get("digest") == digest:
        return Year(number, days, digest, given["by"], given["at"])
    return Year(number, days, digest, _document()["years"][number].get("approved_by") or "")


def _days(number: int) -> Iterator[Special]:
    document = _document()
    for each in document.get("fixed") or ():
        if number >= each.get("since", 0):
            yield Special(date(number, each["month"], each["day"]), each["name_vi"], each["name_en"], worked=False)
    year: Mapping[str, Any] = document["years"][number]
    for kind, worked in (("holidays", False), ("worked", True)):
        for each in year.get(kind) or ():
            yield Special(each["day"], each["name_vi"], each["name_en"], worked=worked)


def _fact(number: int) -> str:
    return f"calendar.{number}"


@cache
def _document() -> dict[str, Any]:
    text = (files("soc") / "data" / "calendar-vn.yml").read_text("utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))
