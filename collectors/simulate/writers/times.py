"""Local time as devices write it, the same in every locale and on every machine."""

from __future__ import annotations

from datetime import datetime

from collectors.parser import PROVINCE_ZONE

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def bsd_time(at: datetime) -> str:
    """`Nov 24 08:15:30`, the time of RFC 3164: local, without year and zone."""
    local = at.astimezone(PROVINCE_ZONE)
    return f"{MONTHS[local.month - 1]} {local.day:2d} {local:%H:%M:%S}"
