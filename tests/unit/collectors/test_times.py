"""Every form of time that logs use, the year they leave out, and the zone they mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.parser import Context
from collectors.times import FORMS, Moment, filetime, month_first, number, parse
from collectors.zones import zone_of

RECEIVED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CONTEXT = Context(RECEIVED)
AT = datetime(2026, 11, 22, 3, 11, 12, tzinfo=UTC)  # 10:11:12 in the province


def micro(microseconds: int) -> datetime:
    return AT.replace(microsecond=microseconds)


@pytest.mark.parametrize(
    "text, at, status",
    [
        ("2026-11-22T03:11:12Z", AT, "exact"),
        ("2026-11-22T10:11:12+07:00", AT, "exact"),
        ("2026-11-22T10:11:12+0700", AT, "exact"),
        ("2026-11-22T10:11:12+07", AT, "exact"),
        ("2026-11-22 10:11:12 +0700", AT, "exact"),
        ("2026-11-22 10:11:12.5 +07:00", micro(500_000), "exact"),
        ("2026-11-22T10:11:12.123456789+07:00", micro(123_456), "exact"),
        ("2026-11-22T10:11:12,123+07:00", micro(123_000), "exact"),
        ("20261122T101112+0700", AT, "exact"),
        ("2026-11-22 10:11:12", AT, "zone_assumed"),
        ("2026-11-22 10:11:12,7", micro(700_000), "zone_assumed"),
        ("2026/11/22 10:11:12", AT, "zone_assumed"),
        ("2026-11-22 10:11:12 ICT", AT, "exact"),
        ("2026-11-22 03:11:12 UTC", AT, "exact"),
        ("2026-11-22 10:11:12 CST", AT, "zone_assumed"),
        ("2026-11-22 10:11:12 SA", AT, "zone_assumed"),
        ("1795317072", AT, "exact"),
        ("1795317072.25", micro(250_000), "exact"),
        ("1795317072123", micro(123_000), "exact"),
        ("1795317072123456", micro(123_456), "exact"),
        ("1795317072123456789", micro(123_456), "exact"),
        ("134397906721234567", micro(123_456), "exact"),
        ("22/Nov/2026:10:11:12 +0700", AT, "exact"),
        ("22 Nov 2026 10:11:12", AT, "zone_assumed"),
        ("Sun, 22 Nov 2026 10:11:12 +0700", AT, "exact"),
        ("Sun Nov 22 10:11:12 2026", AT, "zone_assumed"),
        ("Sun Nov 22 03:11:12 UTC", AT, "year_assumed"),
        ("Nov 22 10:11:12", AT, "zone_assumed+year_assumed"),
        ("Nov 22 10:11:12.123", micro(123_000), "zone_assumed+year_assumed"),
        ("Nov 22 2026 10:11:12.123", micro(123_000), "zone_assumed"),
        ("2026 Nov 22 10:11:12", AT, "zone_assumed"),
        ("Nov 22 10:11:12 2026", AT, "zone_assumed"),
        ("Nov 22 03:11:12.000 UTC", AT, "year_assumed"),
        ("nov/22/2026 10:11:12", AT, "zone_assumed"),
        ("nov/22 10:11:12", AT, "zone_assumed+year_assumed"),
        ("22/11/2026 10:11:12", AT, "zone_assumed"),
        ("22/11/2026 10:11:12 SA", AT, "zone_assumed"),
        ("22.11.2026 10:11:12", AT, "zone_assumed"),
        ("21/11/2026 10:11:12 CH", AT.replace(day=21) + timedelta(hours=12), "zone_assumed"),
        ("2026-11-22T03:11:60Z", datetime(2026, 11, 22, 3, 11, 59, 999_999, tzinfo=UTC), "exact"),
    ],
)
def test_every_form_is_read(text: str, at: datetime, status: str) -> None:
    assert parse(text, CONTEXT) == Moment(at, status)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-11-22", "2026-13-22 10:11:12", "Nox 22 10:11:12", "Nov 31 10:11:12", "31/02/2026 10:11:12",
     "22/11/2026 25:11:12", "12", "22/11/2026 14:00:00 SA", "0001-01-01T00:00:00+14:00", "٢٠٢٦"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse(text, CONTEXT) is None


def test_the_zone_of_the_source_is_used_where_the_text_names_none() -> None:
    tokyo = Context(RECEIVED, zone=ZoneInfo("Asia/Tokyo"))
    assert parse("2026-11-22 12:11:12", tokyo) == Moment(AT, "zone_assumed")


@pytest.mark.parametrize(
    "received, text, year",
    [
        (datetime(2027, 1, 1, 0, 5, tzinfo=UTC), "Dec 31 23:59:59", 2026),
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "Jan  1 00:00:10", 2027),
        (datetime(2026, 3, 1, tzinfo=UTC), "Dec 24 10:00:00", 2025),
        (datetime(2026, 11, 22, tzinfo=UTC), "Nov 25 10:00:00", 2025),
        (datetime(2026, 11, 22, tzinfo=UTC), "Feb 29 10:00:00", 2024),
        (datetime(2028, 2, 29, 4, 0, tzinfo=UTC), "Feb 29 10:00:00", 2028),
        (datetime(2104, 2, 20, tzinfo=UTC), "Feb 29 10:00:00", 2096),
    ],
)
def test_a_missing_year_is_the_nearest_that_is_not_ahead(received: datetime, text: str, year: int) -> None:
    moment = parse(text, Context(received))
    assert moment is not None
    assert moment.at.astimezone(timezone(timedelta(hours=7))).year == year


def test_an_import_gives_its_year() -> None:
    moment = parse("Nov 22 10:11:12", Context(RECEIVED, year=2019))
    assert moment == Moment(AT.replace(year=2019), "zone_assumed+year_assumed")


def test_other_readers() -> None:
    assert number(1795317072.25, CONTEXT) == Moment(micro(250_000))
    assert number(1795317072123, CONTEXT) == Moment(micro(123_000))
    assert number(5.0, CONTEXT) is None
    assert month_first("11/22/2026 10:11:12", CONTEXT) == Moment(AT, "zone_assumed")
    assert filetime("x", CONTEXT) is None
    assert FORMS["%d/%b/%Y:%H:%M:%S %z"]("22/Nov/2026:10:11:12 +0700", CONTEXT) == Moment(AT)


def test_zones_by_offset_and_by_safe_names_only() -> None:
    assert zone_of("+0730") == timezone(timedelta(hours=7, minutes=30))
    assert zone_of("(GMT+7:00)Bangkok,Hanoi") == timezone(timedelta(hours=7))
    assert zone_of("-03") == timezone(timedelta(hours=-3))
    assert zone_of("gmt") == UTC
    assert zone_of("IST") is None
    assert zone_of("+99:00") is None


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("0123456789/-:. TZ+,NovSACHPM"), max_size=40) | st.text(max_size=40))
def test_any_text_gives_a_moment_or_none(text: str) -> None:
    for reader in FORMS.values():
        moment = reader(text, CONTEXT)
        assert moment is None or moment.at.tzinfo is UTC


@settings(deadline=None, max_examples=200)
@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(0, 363))
def test_a_yearless_time_comes_back_as_long_as_it_is_at_most_a_day_ahead(received: datetime, days: int) -> None:
    context = Context(received.replace(tzinfo=UTC))
    at = (context.received - timedelta(days=days / 2)).replace(microsecond=0)
    text = at.astimezone(context.zone).strftime("%b %e %H:%M:%S")
    moment = parse(text, context)
    assert moment is not None
    assert moment.at == at
