"""The hunt page: question, marked faults, timeline, rows, groups, one event."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from soc.access import RoleOfPerson
from soc.store.memory import MemoryStore
from tests.unit.dashboards.hunting import HOSTILE, filled, hunter, some_events
from tests.unit.dashboards.life import FINANCE, HEALTH, Life
from tests.unit.soc.query.faulty import FAULTY


@pytest.fixture
def browser(life: Life) -> TestClient:
    return hunter(life)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def test_the_page_without_a_question_offers_ready_ones(browser: TestClient) -> None:
    page = browser.get("/hunt").text

    assert "Dò mật khẩu" in page
    assert "/hunt?q=" in page
    assert 'role="status"><b>' not in page


def test_a_question_gives_its_sum_timeline_and_newest_rows(browser: TestClient) -> None:
    page = browser.get("/hunt", params={"q": "event.outcome:failure", "since": "now-1h"}).text

    assert "30 sự kiện" in text_of(page)
    assert page.count("data-row") == 30
    body = page[page.index("data-row") :]
    assert body.index("24/11/2026 11:59:00</time>") < body.index("24/11/2026 11:40:00</time>")
    assert 'class="bar"' in page
    assert 'data-field="user.name"' in page
    assert 'data-href="/entities/ip/10.0.0.9"' in page


@pytest.mark.parametrize("query, position", FAULTY, ids=[query or "empty" for query, _ in FAULTY])
def test_the_page_marks_the_column_of_every_fault(browser: TestClient, query: str, position: int) -> None:
    response = browser.get("/hunt", params={"q": query})

    assert response.status_code == 200
    drawn = re.search(r"<pre[^>]*>(.*?)</pre>", response.text, re.DOTALL)
    assert drawn is not None
    before, mark = re.split(r'<mark data-column="', drawn[1], maxsplit=1)
    assert len(unescape(before)) == position
    assert mark.startswith(f'{position + 1}"')
    assert f"Cột {position + 1}:" in text_of(response.text)
    assert f'data-at="{position}"' in response.text


def test_what_was_typed_is_kept_beside_its_faults(browser: TestClient) -> None:
    page = browser.get("/hunt", params={"q": "usr.name:<b>", "since": "32/13/2026", "unit": "nowhere"}).text

    assert 'value="usr.name:&lt;b&gt;"' in page
    assert page.count('aria-invalid="true"') == 3
    assert "22/11/2026" in page


def test_presets_columns_and_groups_become_addresses(browser: TestClient) -> None:
    for given, wanted in (
        ({"preset": "now-7d", "q": "a"}, {"since": ["now-7d"], "until": ["now"], "q": ["a"]}),
        ({"col": ["host.name", "user.name"], "q": "a"}, {"cols": ["host.name,user.name"]}),
        ({"group": "user.name", "q": "a"}, {"by": ["user.name"]}),
    ):
        response = browser.get("/hunt", params=given)
        assert response.status_code == 303
        assert parse_qs(urlsplit(response.headers["location"]).query).items() >= wanted.items()


def test_words_for_days_are_read(browser: TestClient) -> None:
    found = browser.get("/api/v1/events", params={"q": "user.name:*", "since": "hôm nay", "until": "hôm nay"}).json()

    assert len(found["events"]) == 31


def test_groups_stand_rarest_first_with_their_shares(browser: TestClient) -> None:
    page = browser.get("/hunt", params={"q": "user.name:hai* or url.domain:*", "by": "user.name,host.name"}).text
    text = text_of(page)

    assert "7 nhóm trên 3 máy thuộc 2 đơn vị" in text
    assert "(không có)" in text
    assert "33,3%" in text
    assert page.index("(không có)") < page.index("hai.nv0")


def test_every_group_leads_to_its_events(browser: TestClient) -> None:
    page = browser.get("/hunt", params={"q": "user.name:hai*", "by": "user.name"}).text
    href = unescape(re.search(r'data-open class="figure" href="([^"]+)"', page)[1])  # type: ignore[index]

    assert "10 sự kiện" in text_of(browser.get(href).text)


def test_hostile_text_is_text_everywhere(browser: TestClient) -> None:
    for path in ("/hunt?q=message:*script*", "/hunt?q=message:*script*&by=user.name"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "U+202E" in page
        assert 'onmouseover="x"' not in page
    event = browser.get("/api/v1/events", params={"q": "message:*script*"}).json()["events"][0]
    assert event["message"] == HOSTILE
    page = browser.get(f"/hunt/events/{event['event.id']}?back=javascript:alert(1)").text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_one_event_shows_all_fields_its_raw_line_and_where_each_value_leads(browser: TestClient) -> None:
    event = browser.get("/api/v1/events", params={"q": "url.domain:*"}).json()["events"][0]
    back = "/hunt?q=url.domain%3A%2A&since=now-24h&until=now&unit="

    page = browser.get(f"/hunt/events/{event['event.id']}", params={"back": back}).text
    part = browser.get(f"/hunt/events/{event['event.id']}", headers={"HX-Request": "true"}).text

    hrefs = [unescape(href) for href in re.findall(r'href="([^"]+)"', page)]
    asked = [parse_qs(urlsplit(href).query).get("q", [""])[0] for href in hrefs]
    assert "url.domain:* and source.ip:203.0.113.45" in asked
    assert "url.domain:* and not source.ip:203.0.113.45" in asked
    assert "source.ip:203.0.113.45" in asked
    assert "/entities/ip/203.0.113.45" in hrefs
    assert "<html" not in part
    assert "203.0.113.45" in part


def test_a_unit_sees_its_own_events_alone(life: Life) -> None:
    life.person("tc", "Tài Chính", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    browser = hunter(life, "tc")
    other = some_events()[-3]
    assert other["unit.id"] == HEALTH

    assert browser.get("/api/v1/events", params={"q": "url.domain:*"}).json()["events"] == []
    assert browser.get(f"/hunt/events/{other['event.id']}").status_code == 404
    assert browser.get(f"/api/v1/events/{other['event.id']}").status_code == 404
    assert browser.get("/api/v1/events", params={"unit": HEALTH}).status_code == 422
    stack = browser.get("/api/v1/events/stack", params={"by": "host.name"}).json()
    assert {row["values"][0] for row in stack["rows"]} == {"dc0", "dc1"}


def test_the_five_empties_of_the_hunt(life: Life) -> None:
    browser = hunter(life)
    assert "Không có sự kiện nào khớp" in browser.get("/hunt?q=user.name:nobody").text
    silent = hunter(life, store=MemoryStore()).get("/hunt?q=user.name:nobody").text
    assert "Không nhận được gì" in silent
    assert "không biết" in silent
    life.person("ad", "Quản Trị", (RoleOfPerson.ADMIN, "*"))
    assert hunter(life, "ad").get("/hunt").status_code == 403


def test_a_very_heavy_search_asks_first(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.hunt.service.HEAVY", 10)
    browser = hunter(life)

    page = browser.get("/hunt?q=user.name:*").text

    assert "data-row" not in page
    href = unescape(re.search(r'class="button" href="([^"]+sure=true[^"]*)"', page)[1])  # type: ignore[index]
    assert browser.get(href).text.count("data-row") == 31
    assert browser.get("/api/v1/events?q=user.name:*").status_code == 422


def test_results_come_in_pages_by_cursor(browser: TestClient) -> None:
    first = browser.get("/api/v1/events", params={"q": "user.name:hai*", "limit": 20}).json()
    second = browser.get("/api/v1/events", params={"q": "user.name:hai*", "limit": 20, "after": first["next"]}).json()

    ids = [event["event.id"] for event in first["events"] + second["events"]]
    assert (len(ids), len(set(ids)), second["next"]) == (30, 30, None)


def test_without_an_event_store_the_page_says_so(life: Life) -> None:
    browser = hunter(life)
    browser.app.state.services = type(life.services)(  # type: ignore[attr-defined]
        state=life.state, units=life.services.units, clock=life.clock, settings=life.services.settings
    )

    assert "SOC-1518" in browser.get("/hunt?q=a").text


def test_later_pages_say_that_they_are(life: Life) -> None:
    many = [*some_events() * 1]
    browser = hunter(life, store=filled(many))
    first = browser.get("/api/v1/events", params={"limit": 5, "q": ""}).json()

    page = browser.get("/hunt", params={"q": "", "after": first["next"]}).text

    assert "Trang sau" in page
    assert 'class="bar"' not in page
