"""Parts of an ISO 8601 time as written, without any conversion of zones (sigma-engine.md 1.5)."""

from __future__ import annotations

from datetime import date

MAX_TEXT = 64
_ZONE = frozenset("0123456789:+-.,Zz")


def part_of(text: str, name: str) -> int | None:
    """The minute, hour, day, ISO week, month or year of a time; None where the text is no time or lacks that part."""
    if len(text) > MAX_TEXT or not text.isascii():
        return None
    text = _extended(text)
    day = _date(text[:10])
    if day is None:
        return None
    if name in ("hour", "minute"):
        clock = _clock(text[10:])
        part = -1 if clock is None else clock[name == "minute"]
        return part if part >= 0 else None
    if len(text) > 10 and _clock(text[10:]) is None:
        return None
    return day.isocalendar().week if name == "week" else int(getattr(day, name))


def _extended(text: str) -> str:
    """`20250301T0559Z` with its signs. Eight bare digits stay what they are: a number more often than a date."""
    if not text[:8].isdigit() or text[8:9] not in ("T", "t") or not text[9:13].isdigit():
        return text
    return f"{text[:4]}-{text[4:6]}-{text[6:11]}:{text[11:]}"


def _date(text: str) -> date | None:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    year, month, day = text[:4], text[5:7], text[8:]
    if not (year.isdigit() and month.isdigit() and day.isdigit()):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _clock(text: str) -> tuple[int, int] | None:
    """(hour, minute) of `T05:59...`; minute -1 of `T05` alone, which has none; None for anything else."""
    if len(text) > 2 and text[0] in "Tt" and text[1:3].isdigit() and (text[3:4] or "Z") in "Zz+-":
        return (int(text[1:3]), -1) if int(text[1:3]) < 24 and _ZONE.issuperset(text[3:]) else None
    if len(text) < 6 or text[0] not in "Tt " or text[3] != ":":
        return None
    hour, minute, rest = text[1:3], text[4:6], text[6:]
    if not (hour.isdigit() and minute.isdigit() and _ZONE.issuperset(rest.strip())):
        return None
    return (int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None
