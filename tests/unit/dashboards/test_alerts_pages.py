"""The queue and the alert page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from soc.access import SYSTEM, RoleOfPerson
from soc.alert import Level, Status, Verdict
from soc.state.tables import metadata
from tests.builders import NOON
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert, some_alerts

CLOSE = {"verdict": "true_positive", "reason": "compromise_confirmed", "revision": "1"}


def test_the_queue_shows_the_most_urgent_first(life: Life, browser: TestClient) -> None:
    life.raise_alerts(reversed(some_alerts()))

    page = browser.get("/alerts").text

    titles = ["Vào được VPN", "Dò đường dẫn", "Office mở PowerShell", "Tường lửa đổi", "Outdated Browser"]
    assert [page.index(title) for title in titles] == sorted(page.index(title) for title in titles)
    assert "1.906" in page


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("level=high", ["Dò đường dẫn", "Office mở"]),
        (f"unit={FINANCE}", ["Vào được VPN", "Tường lửa", "Outdated"]),
        ("unit=tinh", ["Vào được VPN", "Dò đường dẫn", "Office mở", "Tường lửa", "Outdated"]),
        ("text=tuong+lua", ["Tường lửa"]),
        ("view=closed", []),
        ("view=mine", []),
        ("view=nonsense&level=nonsense", ["Vào được VPN", "Dò đường dẫn", "Office mở", "Tường lửa", "Outdated"]),
        ("status=waiting_unit", []),
    ],
)
def test_filters_narrow_the_queue(life: Life, browser: TestClient, query: str, titles: list[str]) -> None:
    life.raise_alerts(some_alerts())

    page = browser.get(f"/alerts?{query}").text

    every = ["Vào được VPN", "Dò đường dẫn", "Office mở", "Tường lửa", "Outdated"]
    assert [title for title in every if title in page] == [title for title in every if title in titles]


def test_pages_follow_each_other_without_gap_or_repeat(life: Life, browser: TestClient) -> None:
    life.raise_alerts(an_alert(f"{n:03d}", raised_at=NOON - timedelta(minutes=n)) for n in range(120))

    seen: list[str] = []
    address: str | None = "/alerts"
    while address:
        page = browser.get(address).text
        seen += [part.split('"')[0] for part in page.split('data-open href="/alerts/')[1:]]
        address = (
            page.split('<a class="button" href="')[-1].split('"')[0].replace("&amp;", "&")
            if "Trang sau" in page
            else None
        )

    assert len(seen) == len(set(seen)) == 120


def test_a_foreign_page_key_is_malformed_not_a_crash(browser: TestClient) -> None:
    assert browser.get("/alerts?after=zzz").status_code == 400


@pytest.mark.parametrize(
    ("query", "text"), [("", "Chưa có cảnh báo nào"), ("?level=high", "Không có cảnh báo nào khớp bộ lọc")]
)
def test_an_empty_queue_says_why(browser: TestClient, query: str, text: str) -> None:
    assert text in browser.get(f"/alerts{query}").text


def test_a_finished_queue_says_so(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])

    assert "Không còn việc" in browser.get("/alerts?view=waiting").text
    assert "Chưa có cảnh báo nào được đóng" in browser.get("/alerts?view=closed").text


def test_new_alerts_wait_behind_a_bar(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert("a")])
    page = browser.get("/alerts").text
    address = page.split('hx-get="/alerts/fresh')[1].split('"')[0].replace("&amp;", "&")
    address = f"/alerts/fresh{address}"
    assert "data-key" not in browser.get(address, headers={"HX-Request": "true"}).text

    life.raise_alerts(an_alert(name, raised_at=life.clock.now()) for name in ("b", "c"))
    bar = browser.get(address, headers={"HX-Request": "true"}).text

    assert "2 cảnh báo mới" in bar
    assert "<html" not in bar
    assert browser.get(address).status_code == 303


def test_the_alert_says_what_happened_and_why(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())

    page = browser.get("/alerts/alert-vpn").text

    assert "thử sai mật khẩu nhiều lần" in page
    assert "tunnel-up" in page
    assert "remip=<mark>203.0.113.45</mark>" in page
    assert "Lê Hải Yến" in page
    assert 'href="https://example.org/rules/vpn"' in page
    assert "phát cảnh báo" in page


def test_a_correlation_shows_its_facts(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())

    page = browser.get("/alerts/alert-scan").text

    assert "event_count: 47" in page
    assert "ít nhất 20" in page
    assert "198.51.100.7" in page


def test_only_legal_moves_have_buttons(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    assert 'action="/alerts/alert-a/take"' in browser.get("/alerts/alert-a").text
    browser.post("/alerts/alert-a/close", data=CLOSE)

    page = browser.get("/alerts/alert-a").text

    assert 'action="/alerts/alert-a/reopen"' in page
    assert "/alerts/alert-a/take" not in page
    assert "/alerts/alert-a/close" not in page


def test_a_person_takes_closes_and_reopens(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])

    browser.post("/alerts/alert-a/take", data={"revision": "1"})
    browser.post("/alerts/alert-a/close", data=CLOSE | {"revision": "2", "note": "đã chặn"})
    with life.state.read() as tx:
        closed = tx.alerts.get("alert-a", SYSTEM)
    browser.post("/alerts/alert-a/reopen", data={"revision": "3", "note": "lại thấy"})

    assert (closed.status, closed.verdict, closed.owner) == (Status.CLOSED, Verdict.TRUE_POSITIVE, "an.nt")
    page = browser.get("/alerts/alert-a?done=reopen").text
    assert "Đã mở lại cảnh báo" in page
    assert "đã chặn" in page
    assert "xác nhận bị xâm nhập" in page


def test_assigning_and_asking_the_unit(life: Life, browser: TestClient) -> None:
    life.person("bao.lq", "Lê Quốc Bảo", (RoleOfPerson.ANALYST, FINANCE))
    life.raise_alerts([an_alert()])

    assigned = browser.post("/alerts/alert-a/assign", data={"revision": "1", "owner": "bao.lq"})
    ask = {"question": "Máy của ai?", "contact": "chị Lam", "deadline": "2026-11-25T17:00", "revision": "2"}
    asked = browser.post("/alerts/alert-a/ask_unit", data=ask)

    assert (assigned.status_code, asked.status_code) == (303, 303)
    page = browser.get("/alerts/alert-a").text
    assert "phân công cho Lê Quốc Bảo" in page
    assert "Máy của ai?" in page


@pytest.mark.parametrize(
    ("action", "data", "field"),
    [
        ("close", {"reason": "duplicate"}, "verdict"),
        ("close", {"verdict": "true_positive", "reason": "duplicate"}, "reason"),
        ("close", {"verdict": "true_positive", "reason": "other", "note": "ngắn"}, "note"),
        ("assign", {}, "owner"),
        ("ask_unit", {"question": "Máy của ai?", "contact": "chị Lam"}, "deadline"),
        ("ask_unit", {"question": "Máy của ai?", "deadline": "2026-11-25T17:00"}, "contact"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    life: Life, browser: TestClient, action: str, data: dict[str, str], field: str
) -> None:
    life.raise_alerts([an_alert()])

    response = browser.post(f"/alerts/alert-a/{action}", data=data | {"revision": "1"})

    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert all(value in response.text for value in data.values())
    assert f'aria-labelledby="move-{action}-title" open>' in response.text


@pytest.mark.parametrize(("revision", "status"), [("7", 412), ("1", 412)])
def test_whoever_is_late_sees_the_newer_state_and_keeps_his_text(
    life: Life, browser: TestClient, revision: str, status: int
) -> None:
    life.raise_alerts([an_alert()])
    browser.post("/alerts/alert-a/take", data={"revision": "1"})

    response = browser.post(
        "/alerts/alert-a/close",
        data=CLOSE | {"revision": revision, "reason": "other", "note": "đã gọi điện cho đơn vị"},
    )

    assert response.status_code == status
    assert "đã gọi điện cho đơn vị" in response.text
    assert 'name="revision" value="2"' in response.text


def test_an_illegal_move_is_a_conflict(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])

    assert browser.post("/alerts/alert-a/reopen", data={"revision": "1"}).status_code == 409
    assert browser.post("/alerts/alert-a/explode", data={"revision": "1"}).status_code == 422


def test_a_critical_alert_closed_as_false_needs_a_second_person(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    false = {"verdict": "false_positive", "reason": "rule_logic", "revision": "1"}
    browser.post("/alerts/alert-a/close", data=false)
    approve = "/alerts/alert-a/approve_close"

    assert "trưởng ca, đồng ý" in browser.get("/alerts/alert-a").text
    assert browser.post(approve, data={"revision": "3"}).status_code == 409
    life.person("bao.lq", "Lê Quốc Bảo", (RoleOfPerson.ANALYST, FINANCE), (RoleOfPerson.SHIFT_LEAD, "tinh"))
    browser.cookies.set("soc-local", life.session("bao.lq"))
    assert f'action="{approve}"' in browser.get("/alerts/alert-a").text
    assert browser.post(approve, data={"revision": "1"}).status_code == 412
    assert browser.post(approve, data={"revision": "3"}).status_code == 303
    assert "đồng ý với kết luận" in browser.get("/alerts/alert-a").text
    assert browser.post(approve, data={"revision": "4"}).status_code == 409


def test_an_analyst_is_no_second_person(life: Life, guest: TestClient) -> None:
    life.person("yen.lh", "Lê Hải Yến", (RoleOfPerson.ANALYST, FINANCE))
    guest.cookies.set("soc-local", life.session("yen.lh"))
    life.raise_alerts([an_alert()])

    assert guest.post("/alerts/alert-a/approve_close", data={"revision": "1"}).status_code == 403


def test_a_failed_fragment_leaves_the_page_alone(life: Life, browser: TestClient) -> None:
    headers = {"HX-Request": "true"}
    failed = browser.get("/alerts/fresh?since=-1", headers=headers)
    life.clock.advance(timedelta(hours=1))
    ended = browser.get("/alerts/fresh", headers=headers)

    assert (failed.status_code, ended.status_code) == (422, 401)
    assert "Mất kết nối trực tiếp" in failed.text
    assert "Phiên đã kết thúc" in ended.text
    assert "<html" not in failed.text + ended.text


def test_reading_changes_nothing(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())
    with life.state.write() as tx:
        link = tx.links.make(at=life.clock.now())
    before = everything(life)

    for path in ("/alerts", "/alerts/alert-vpn", "/alerts/fresh", "/sources", "/health", f"/set-up/{link}", "/sign-in"):
        browser.get(path)
    for path in ("alerts", "alerts/alert-vpn", "alerts/alert-vpn/history", "sources", "health", "openapi.json"):
        assert browser.get(f"/api/v1/{path}").status_code == 200

    assert everything(life) == before


def test_a_unit_contact_sees_own_alerts_and_has_no_buttons(life: Life, guest: TestClient) -> None:
    life.person("lam.ht", "Hồ Thị Lam", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    guest.cookies.set("soc-local", life.session("lam.ht"))
    life.raise_alerts([an_alert("own"), an_alert("foreign", unit=HEALTH)])

    queue, own = guest.get("/alerts").text, guest.get("/alerts/alert-own")
    foreign, absent = guest.get("/alerts/alert-foreign"), guest.get("/alerts/alert-none")

    assert "alert-own" in queue
    assert "alert-foreign" not in queue
    assert "Sở Y tế" not in queue
    assert "không được xử lý" in own.text
    assert foreign.status_code == absent.status_code == 404
    assert same_but_ids(foreign.text) == same_but_ids(absent.text)
    assert guest.post("/alerts/alert-own/take", data={"revision": "1"}).status_code == 403


def test_an_administrator_alone_sees_no_alert(life: Life, guest: TestClient) -> None:
    life.person("qt", "Quản trị", (RoleOfPerson.ADMIN, "*"))
    guest.cookies.set("soc-local", life.session("qt"))

    assert guest.get("/alerts").status_code == 403
    assert "Cảnh báo" not in guest.get("/sources").text.split("</nav>")[0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_speak_both_languages(life: Life, browser: TestClient, language: str) -> None:
    life.raise_alerts(some_alerts())
    browser.cookies.set("soc-language", language)

    pages = [browser.get(path).text for path in ("/alerts", "/alerts/alert-vpn", "/sources", "/health", "/sign-in")]

    assert all(f'<html lang="{language}"' in page for page in pages)
    assert ("Tiếp nhận" in pages[1]) is (language == "vi")


def test_hostile_values_stay_text(life: Life, browser: TestClient) -> None:
    bad = '"><script>alert(1)</script>{{7*7}}\u202e'
    rule = replace(
        an_alert().rule, title_vi=bad, title=bad, author=bad, link="javascript:alert(1)", meaning_vi="{user.name}"
    )
    alert = an_alert(
        rule=rule,
        level=Level.HIGH,
        entities=(("user.name", bad), (bad, "x")),
        matched={bad: bad},
        samples=({"@timestamp": "2026-11-24T05:00:00.000000Z", "event.original": bad, "message": bad, bad: [bad]},),
    )
    life.raise_alerts([alert])

    for path in ("/alerts", "/alerts/alert-a"):
        page = browser.get(path).text
        assert "<script>" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page
        assert "49" not in page.split("</nav>")[1].split("figure")[0]


def same_but_ids(page: str) -> str:
    """The page without its nonce and request id."""
    return page.split('<span class="figure">')[0]


def everything(life: Life) -> dict[str, list[Any]]:
    """Every row of every table but sessions."""
    with life.state.read() as tx:
        names = [name for name in metadata.tables if name != "session"]
        return {name: [tuple(row) for row in tx.connection.execute(metadata.tables[name].select())] for name in names}
