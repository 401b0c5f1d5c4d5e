"""How figures, times and durations are written (workspace.md 3): 1.234.567, 22/11/2026 14:03:22, 3 phút."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from dashboards.shell.i18n import N_

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ZONE_NAME = "UTC+7"

Translate = Callable[[str], str]

SPANS = (
    (86_400, N_("1 day"), N_("%(n)d days")),
    (3_600, N_("1 hour"), N_("%(n)d hours")),
    (60, N_("1 minute"), N_("%(n)d minutes")),
)


def number(value: float, language: str) -> str:
    """Thousands and decimals of the language; at most two decimals."""
    return format_decimal(value, format="#,##0.##", locale=language)


def fixed(value: float, language: str, places: int = 2) -> str:
    """With so many decimals: two for lines of a sum, six for times of packets."""
    return format_decimal(value, format="#,##0." + "0" * places, locale=language)


def moment(at: datetime) -> str:
    """Date and time to the second in the province's zone."""
    return at.astimezone(ZONE).strftime("%d/%m/%Y %H:%M:%S")


def clock_time(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%H:%M:%S")


def iso(at: datetime) -> str:
    """For `<time datetime>`."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def span(length: timedelta, translate: Translate) -> str:
    """A window of a rule in its largest whole unit, in full: `10 phút`, `1 giờ`."""
    seconds = int(length.total_seconds())
    for size, one, many in SPANS:
        if seconds % size == 0 and seconds >= size:
            return translate(one) if seconds == size else translate(many) % {"n": seconds // size}
    return translate(N_("%(n)d seconds")) % {"n": seconds}


def duration(length: timedelta, translate: Translate) -> str:
    """The two largest parts, short: `4 ph`, `2 g 05`, `3 ngày`."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return translate(N_("%(n)d s")) % {"n": seconds}
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return translate(N_("%(n)d min")) % {"n": minutes}
    if hours < 24:
        return translate(N_("%(hours)d h %(minutes)02d")) % {"hours": hours, "minutes": minutes % 60}
    return translate(N_("%(n)d d")) % {"n": days}
