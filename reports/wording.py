"""Words and figures in both languages, for whatever leaders read: 1.234,5 and 1,234.5."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said in Vietnamese and in English."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def filled(self, **values: str | int | Text) -> Text:
        """`{name}` replaced; a Text gives each language its own."""
        return Text(*(_fill(pattern, language, values) for pattern, language in ((self.vi, "vi"), (self.en, "en"))))


EMPTY = Text("", "")


def figure(value: float, *, decimals: int = 0) -> Text:
    """A number as it is shown; decimals that are zero stay, so that columns line up."""
    english = f"{value:,.{decimals}f}"
    return Text(english.translate(str.maketrans(",.", ".,")), english)


def percent(value: float) -> Text:
    """One decimal, `97,4%`."""
    shown = figure(value, decimals=1)
    return Text(f"{shown.vi}%", f"{shown.en}%")


def clock(at: datetime, now: datetime) -> Text:
    """14:03 today, 14:03 ngày 24/11 on another day."""
    local, today = at.astimezone(ZONE), now.astimezone(ZONE)
    hour = local.strftime("%H:%M")
    if local.date() == today.date():
        return Text(hour, hour)
    day = local.strftime("%d/%m")
    return Text(f"{hour} ngày {day}", f"{hour} on {day}")


def counted(n: int, one: Text, many: Text) -> Text:
    """`{n}` filled; Vietnamese has one form, English two."""
    return Text(many.vi, one.en if n == 1 else many.en).filled(n=figure(n))


def _fill(pattern: str, language: str, values: dict[str, str | int | Text]) -> str:
    words = {name: value.of(language) if isinstance(value, Text) else value for name, value in values.items()}
    return pattern.format(**words)
