"""A correlation in words, and which base rule each event met."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards.alerts.climb import climb_of
from dashboards.alerts.correlated import book_of, least, met, told
from dashboards.app import create_app
from dashboards.shell.i18n import catalogue
from soc.alert import CorrelationFacts
from tests.builders import NOON
from tests.unit.dashboards.life import RULE, Life, an_alert

FAILED, GUESSED, LOGIN = (f"{n}3b5a1a0-0000-4000-8000-000000000000" for n in (1, 2, 3))
PACK = f"""title: Login Failed
id: {FAILED}
status: test
level: low
logsource: {{product: fortigate}}
detection: {{selection: {{event.outcome: failure}}, condition: selection}}
vi: {{title: Đăng nhập sai}}
---
title: Many Failures
id: {GUESSED}
status: test
level: high
correlation:
    type: value_count
    rules: ['{FAILED}']
    group-by: [source.ip]
    timespan: 10m
    condition: {{gte: 10, field: user.name}}
vi: {{title: Dò mật khẩu}}
---
title: Login Succeeded
id: {LOGIN}
status: test
level: low
logsource: {{product: fortigate}}
detection: {{selection: {{event.outcome: success}}, condition: selection}}
"""


def facts(kind: str, condition: str, *rules: str, count: float = 2) -> CorrelationFacts:
    return CorrelationFacts(kind, (("source.ip", "203.0.113.3"),), NOON, NOON, count, condition, rules)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "pack"
    place.mkdir()
    (place / "vpn.yml").write_text(PACK, "utf-8")
    return place


@pytest.mark.parametrize(
    ("found", "language", "text", "wanted"),
    [
        (facts("temporal_ordered", "temporal_ordered all rules in 3600 s"), "vi",
         "2 luật theo thứ tự, trong 1 giờ", "đủ các luật cơ sở"),
        (facts("temporal", "temporal >= 3 in 86400 s", count=4), "en",
         "4 different rules within 1 day, in any order", "at least 3"),
        (facts("event_count", "event_count > 20 and < 90 in 5400 s", count=1906), "vi",
         "1.906 sự kiện trong 90 phút", "hơn 20, dưới 90"),
        (facts("event_count", "event_count >= 20 in 95 s", count=47), "en",
         "47 events within 95 seconds", "at least 20"),
        (facts("value_count", "value_count >= 10 in 7200 s", count=14), "en",
         "14 different values of one field within 2 hours", "at least 10"),
        (facts("event_count", ">= 20", count=47), "vi", "event_count: 47", "ít nhất 20"),
    ],
)  # fmt: skip
def test_the_facts_are_said_in_words(found: CorrelationFacts, language: str, text: str, wanted: str) -> None:
    said = told(RULE, found, book_of(()), language, catalogue(language).gettext)

    assert (said.found, said.wanted) == (text, wanted)


def test_the_counted_field_and_titles_come_from_the_rules(folder: Path) -> None:
    book = book_of((folder,))
    found = facts("value_count", "value_count >= 10 in 600 s", FAILED, "gone", count=14)

    said = told(book.cards[GUESSED], found, book, "vi", catalogue("vi").gettext)

    assert said.found == "14 giá trị user.name khác nhau trong 10 phút"
    assert said.rules == ("Đăng nhập sai", "gone")
    assert (book.title(LOGIN, "vi"), book.title(FAILED, "en")) == ("Login Succeeded", "Login Failed")


def an_outcome(outcome: str) -> dict[str, Any]:
    return {"soc.route": "fortigate.event", "event.outcome": outcome, "@timestamp": "2026-11-24T05:00:00Z"}


def test_each_event_names_the_base_rule_that_it_met_also_through_an_inner_correlation(folder: Path) -> None:
    found = facts("temporal_ordered", "temporal_ordered all rules in 3600 s", GUESSED, LOGIN)
    events = [an_outcome(outcome) for outcome in ("failure", "success", "unknown")]

    assert met(found, events, book_of((folder,)), "vi") == ["Dò mật khẩu", "Login Succeeded", ""]
    assert met(found, events, book_of(()), "vi") == ["", "", ""]


def test_the_page_has_no_ids_and_no_raw_condition(life: Life, guest: TestClient, folder: Path) -> None:
    from dataclasses import replace

    settings = replace(life.services.settings, rules=(folder,))
    client = TestClient(create_app(replace(life.services, settings=settings)))
    client.cookies.set("soc-local", life.session("an.nt"))
    found = facts("temporal_ordered", "temporal_ordered all rules in 3600 s", GUESSED, LOGIN)
    life.raise_alerts(
        [an_alert(correlation=found, samples=({"event.id": "1"} | an_outcome("failure"),), matched={},
                  raised_at=NOON - timedelta(minutes=1))]
    )  # fmt: skip

    page = client.get("/alerts/alert-a").text

    assert "<strong>Dò mật khẩu</strong>" in page
    assert "<li>Login Succeeded</li>" in page
    assert "Theo thứ tự" in page
    assert not [word for word in (GUESSED, LOGIN, "temporal_ordered", "all rules", "3600") if word in page]


def test_a_disproved_pattern_is_said(life: Life, browser: TestClient) -> None:
    from dataclasses import replace

    gone = replace(facts("event_count", "event_count >= 20 in 600 s"), superseded=True)
    life.raise_alerts([an_alert(correlation=gone)])

    assert "không còn được tính" in browser.get("/alerts/alert-a").text


def test_the_count_rises_by_base_event_up_to_what_the_rule_asks_for() -> None:
    found = facts("event_count", "event_count >= 2 in 600 s", FAILED)
    samples = [{"@timestamp": f"2026-11-24T05:00:0{n}.000Z", "event.id": f"e{n}"} for n in (1, 2)]
    climb = climb_of(found, samples, ["a", "a"], [], fields=(), least=least(found), translate=str)
    assert [step.count for step in climb.steps] == [1, 2]
    assert (climb.least, climb.whole) == (2, True)
    assert "climb" in climb.picture
