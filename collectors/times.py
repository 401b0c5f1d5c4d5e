"""Every form in which logs write time (collectors.md 4): text in, an instant in UTC and what was assumed out.

What the text says wins; else the context's zone and year. No form reads the machine's clock or zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from collectors.parser import Context
from collectors.zones import zone_of

EXACT = "exact"
ZONE_ASSUMED = "zone_assumed"
YEAR_ASSUMED = "year_assumed"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)
HALF_YEAR = timedelta(days=182)

MONTHS: dict[str, int] = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC, and a status word for `Parsed.time_status`."""

    at: datetime
    status: str = EXACT


Reader = Callable[[str, Context], Moment | None]
"""Text and context -> the moment, or None when the text has another form."""

_CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
_TAIL = r"(?: ?(SA|CH|AM|PM|sa|ch|am|pm))?(?: ?([A-Za-z]{1,5}|[+-]\d\d(?::?\d\d)?|\([A-Za-z]{3,4}\)))?"
_MONTH_DAY = re.compile(
    r"(?:[A-Za-z]{3},? )?(?:(\d{4}) )?([A-Za-z]{3}) {1,2}(\d{1,2}),?(?: (\d{4}))?"
    rf" {_CLOCK}(?: (\d{{4}}))?{_TAIL}",
    re.ASCII,
)
_DAY_MONTH = re.compile(
    rf"(?:[A-Za-z]{{3}},? )?(\d{{1,2}})[ /-]([A-Za-z]{{3}})[ /-](\d{{4}})[ :]{_CLOCK}{_TAIL}", re.ASCII
)
_ROUTEROS = re.compile(rf"([A-Za-z]{{3}})/(\d{{1,2}})(?:/(\d{{4}}))? {_CLOCK}{_TAIL}", re.ASCII)
_NUMERIC = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}),? {_CLOCK}{_TAIL}", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}})[T ]{_CLOCK}{_TAIL}", re.ASCII)
_EPOCH_TEXT = re.compile(r"(\d{9,19})(?:\.(\d{1,9})\d*)?", re.ASCII)
# An offset may stand apart (`10:11:12 +0700`), which fromisoformat does not take.
_APART = re.compile(r" (?=[+-]\d\d)", re.ASCII)


def parse(text: str, context: Context) -> Moment | None:
    """The moment of a text in any known form; day before month where both are numbers."""
    text = text.strip()
    if text[:1].isdigit():
        for reader in (iso, epoch, _day_month, day_first, month_day):
            if (moment := reader(text, context)) is not None:
                return moment
        return None
    return month_day(text, context) or _routeros(text, context)


def iso(text: str, context: Context) -> Moment | None:
    """RFC 3339 and ISO 8601 with `T` or blank, `,` or `.`, 1-9 decimals, any offset; also `2026/11/22`."""
    if text[4:5] not in ("-", "/") and not (len(text) >= 15 and text[8:9] == "T"):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _slow_iso(text, context)
    if at.tzinfo is not None:
        return _moment(at)
    if len(text) < 15:  # a day alone is no moment
        return None
    return _moment(at.replace(tzinfo=context.zone), ZONE_ASSUMED)


def epoch(text: str, context: Context) -> Moment | None:
    """Seconds, ms, µs or ns since 1970, told apart by size, decimals allowed; 18 digits are a FILETIME."""
    found = _EPOCH_TEXT.fullmatch(text)
    if found is None:
        return None
    whole, decimals = found.groups()
    if len(whole) == 18:
        return filetime(text, context)
    micros = _micros(int(whole), len(whole))
    if decimals and len(whole) <= 10:
        micros += int(decimals[:6].ljust(6, "0"))
    return _since(EPOCH, micros)


def number(value: float | int, context: Context) -> Moment | None:
    """A JSON number: epoch by size, fractions kept to the microsecond."""
    if isinstance(value, int):
        return epoch(str(value), context)
    return _since(EPOCH, round(value * 1_000_000)) if 1e8 <= value < 1e11 else None


def filetime(text: str, _context: Context) -> Moment | None:
    """Windows FILETIME: 100 ns since 1601."""
    return _since(FILETIME_EPOCH, int(text) // 10) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def month_day(text: str, context: Context) -> Moment | None:
    """`Nov 22 10:11:12` with a year before, between or after, decimals, a zone; also `Sun Nov 22 …`."""
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        return None
    year1, month, day, year2, hour, minute, second, decimals, year3, half, zone = found.groups()
    year = year1 or year2 or year3
    return _assemble(year, MONTHS.get(month.lower()), day, (hour, minute, second, decimals), half, zone, context)


def day_first(text: str, context: Context) -> Moment | None:
    """`22/11/2026 10:11:12`, with `SA`/`CH` or AM/PM."""
    return _numeric(text, context, day_before=True)


def month_first(text: str, context: Context) -> Moment | None:
    """`11/22/2026 10:11:12 PM`: only where a mapping or source says so."""
    return _numeric(text, context, day_before=False)


FORMS: dict[str, Reader] = {
    "auto": parse,
    "iso": iso,
    "epoch": epoch,
    "filetime": filetime,
    "month_day": month_day,
    "%Y-%m-%d %H:%M:%S": iso,
    "%d/%b/%Y:%H:%M:%S %z": lambda text, context: _day_month(text, context),
    "%d/%m/%Y %H:%M:%S": day_first,
    "%m/%d/%Y %H:%M:%S": month_first,
}
"""The forms that a mapping file may name."""


def yearless(month: int, day: int, clock: tuple[int, int, int, int], zone: tzinfo, context: Context) -> datetime | None:
    """The instant of a time without a year: nearest to the receive time, at most 24 h ahead of it.
    29 February finds the nearest leap year. An import's year, where given, is taken as it is."""
    if context.year is not None:
        return _in_year(context.year, month, day, clock, zone)
    received = context.received
    first = _in_year(received.year, month, day, clock, zone)
    if first is not None and -HALF_YEAR <= first - received <= AHEAD:
        return first
    others = (
        _in_year(received.year + step, month, day, clock, zone) for step in (1, 0, -1, -2, -3, -4, -5, -6, -7, -8)
    )
    fitting = [at for at in others if at is not None and at - received <= AHEAD]
    return min(fitting, key=lambda at: abs(at - received), default=None)


def joined(*words: str) -> str:
    """Status words joined; `exact` only when nothing was assumed."""
    return "+".join(word for word in words if word) or EXACT


def _assemble(
    year: str | None,
    month: int | None,
    day: str,
    clock: tuple[str, str, str | None, str | None],
    half: str | None,
    zone_text: str | None,
    context: Context,
) -> Moment | None:
    zone = zone_of(zone_text.strip("()")) if zone_text else None
    parts = _clock(clock, half)
    if month is None or parts is None:
        return None
    status = joined("" if zone else ZONE_ASSUMED, "" if year else YEAR_ASSUMED)
    if year:
        at = _in_year(int(year), month, int(day), parts, zone or context.zone)
    else:
        at = yearless(month, int(day), parts, zone or context.zone, context)
    return None if at is None else Moment(at, status)


def _clock(clock: tuple[str, str, str | None, str | None], half: str | None) -> tuple[int, int, int, int] | None:
    """Hour, minute, second, microsecond; `half` is SA/CH or AM/PM. Second 60 becomes 59.999999."""
    hour, second = int(clock[0]), int(clock[2] or 0)
    micros = int(clock[3][:6].ljust(6, "0")) if clock[3] else 0
    if half:
        if not 1 <= hour <= 12:
            # `CH 15:00` is written by some tools; the 24-hour value is clear.
            return (hour, int(clock[1]), second, micros) if half.upper() in ("CH", "PM") else None
        hour = hour % 12 + (12 if half.upper() in ("CH", "PM") else 0)
    if second == 60:
        second, micros = 59, 999_999
    return hour, int(clock[1]), second, micros


@lru_cache(maxsize=8_192)
def _minute(year: int, month: int, day: int, hour: int, minute: int, zone: tzinfo) -> datetime | None:
    """The minute in UTC; lines of one minute share it, so the zone is asked once."""
    try:
        return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _in_year(year: int, month: int, day: int, clock: tuple[int, int, int, int], zone: tzinfo) -> datetime | None:
    hour, minute, second, micros = clock
    start = _minute(year, month, day, hour, minute, zone)
    return None if start is None or second > 59 else start.replace(second=second, microsecond=micros)


def _slow_iso(text: str, context: Context) -> Moment | None:
    """What fromisoformat refuses: an offset that stands apart, a zone name, second 60, SA/CH, `/`."""
    if " " in text[11:]:
        try:
            at = datetime.fromisoformat(_APART.sub("", text, count=1))
        except ValueError:
            pass
        else:
            return _moment(at) if at.tzinfo is not None else _moment(at.replace(tzinfo=context.zone), ZONE_ASSUMED)
    found = _YEAR_FIRST.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, decimals, half, zone = found.groups()
    return _assemble(year, int(month), day, (hour, minute, second, decimals), half, zone, context)


def _day_month(text: str, context: Context) -> Moment | None:
    """`22/Nov/2026:10:11:12 +0700`, `22 Nov 2026 10:11:12`, `Sun, 22 Nov 2026 …`."""
    found = _DAY_MONTH.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, decimals, half, zone = found.groups()
    return _assemble(year, MONTHS.get(month.lower()), day, (hour, minute, second, decimals), half, zone, context)


def _routeros(text: str, context: Context) -> Moment | None:
    """`nov/22/2026 10:11:12`, `nov/22 10:11:12` (RouterOS 6)."""
    found = _ROUTEROS.fullmatch(text)
    if found is None:
        return _day_month(text, context)
    month, day, year, hour, minute, second, decimals, half, zone = found.groups()
    return _assemble(year, MONTHS.get(month.lower()), day, (hour, minute, second, decimals), half, zone, context)


def _numeric(text: str, context: Context, *, day_before: bool) -> Moment | None:
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    first, second_part, year, hour, minute, second, decimals, half, zone = found.groups()
    day, month = (first, second_part) if day_before else (second_part, first)
    return _assemble(year, int(month), day, (hour, minute, second, decimals), half, zone, context)


def _micros(whole: int, digits: int) -> int:
    if digits <= 11:
        return whole * 1_000_000
    if digits <= 14:
        return whole * 1_000
    return whole if digits <= 17 else whole // 1_000


def _since(start: datetime, micros: int) -> Moment | None:
    try:
        return Moment(start + timedelta(microseconds=micros))
    except OverflowError:
        return None


def _moment(at: datetime, status: str = EXACT) -> Moment | None:
    try:
        return Moment(at.astimezone(UTC), status)
    except (OverflowError, ValueError):
        return None  # year 1 or 9999, moved over the edge by its offset
