"""Times as people write them: a day, a minute, a second, `now` with a distance, or a word; each means its span."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from soc.fold import fold_marks

PROVINCE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_DATE = r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>\d{4}))"
_TIME = r"(?:[T ](?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,6}))?)?)?"
_ZONE = r"(?P<zone>Z|[+-]\d\d:?\d\d)?"
_ABSOLUTE = re.compile(_DATE + _TIME + _ZONE)
_NOW = re.compile(r"now(?:(?P<sign>[+-])(?P<n>\d{1,6})(?P<unit>[smhdw]))?(?:/(?P<round>[smhdw]))?", re.IGNORECASE)

UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(days=7),
}
_TICK = timedelta(microseconds=1)
_WORDS = {
    "hom nay": "now/d",
    "hom qua": "now-1d/d",
    "hom kia": "now-2d/d",
    "tuan nay": "now/w",
    "tuan truoc": "now-1w/w",
    "bay gio": "now",
    "today": "now/d",
    "yesterday": "now-1d/d",
    "this week": "now/w",
    "last week": "now-1w/w",
}
"""Vietnamese is read with and without its marks."""


def span(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """First and last microsecond of what the text names; None when it names no time."""
    text = _WORDS.get(" ".join(fold_marks(text[:20]).split()), text)
    try:
        if found := _NOW.fullmatch(text):
            return _relative(found, now)
        if found := _ABSOLUTE.fullmatch(text):
            return _absolute(found)
    except (ValueError, OverflowError):
        pass
    return None


def _relative(found: re.Match[str], now: datetime) -> tuple[datetime, datetime]:
    at = now.astimezone(UTC)
    if found["n"]:
        distance = int(found["n"]) * UNITS[found["unit"].lower()]
        at = at + distance if found["sign"] == "+" else at - distance
    if not found["round"]:
        return at, at
    unit = found["round"].lower()
    first = _floor(at.astimezone(PROVINCE_ZONE), unit).astimezone(UTC)
    return first, first + UNITS[unit] - _TICK


def _floor(at: datetime, unit: str) -> datetime:
    if unit == "s":
        return at.replace(microsecond=0)
    if unit == "m":
        return at.replace(microsecond=0, second=0)
    if unit == "h":
        return at.replace(microsecond=0, second=0, minute=0)
    midnight = at.replace(microsecond=0, second=0, minute=0, hour=0)
    return midnight - timedelta(days=at.weekday()) if unit == "w" else midnight


def _absolute(found: re.Match[str]) -> tuple[datetime, datetime]:
    day = [int(found[a] or found[b]) for a, b in (("y", "y2"), ("m", "m2"), ("d", "d2"))]
    clock = [int(found[name] or 0) for name in ("hour", "minute", "second")]
    micros = int((found["fraction"] or "0").ljust(6, "0"))
    first = datetime(*day, *clock, micros, tzinfo=_zone(found["zone"])).astimezone(UTC)  # type: ignore[misc, arg-type]
    if found["fraction"]:
        return first, first
    unit = "s" if found["second"] else "m" if found["minute"] else "d"
    return first, first + UNITS[unit] - _TICK


def _zone(text: str | None) -> tzinfo:
    if text is None:
        return PROVINCE_ZONE
    return datetime.strptime(text, "%z").tzinfo or UTC
