"""The list of rules, the page of each, and the same for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards.app import create_app
from dashboards.rules.service import PAGE
from dashboards.rules.text import runs, tag_words
from soc.access import ROOT, RoleOfPerson
from tests.unit.dashboards.life import FINANCE, Life
from tests.unit.dashboards.ruled import COLOUR, MAIL, MANY, NAME, THEN, rule_board, rule_life


@pytest.fixture
def life(life: Life, tmp_path: Path) -> Life:
    rule_life(life)
    rule_board(life, tmp_path / "rules").make()
    return life


def asked(browser: TestClient, query: str = "") -> list[str]:
    """Ids of the rules that the API answers with."""
    return [row["id"] for row in browser.get(f"/api/v1/rules{query}").json()["rules"]]


def test_blind_rules_stand_first_then_those_that_matched_then_by_level(browser: TestClient) -> None:
    assert asked(browser) == [NAME, MANY, COLOUR, THEN, MAIL]
    page = browser.get("/rules").text
    assert "Tên xấu" in page
    assert "không xét được ở 1 đơn vị" in page
    assert "0,1" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=le hai yen", {NAME}),
        ("?q=t1110", {NAME}),
        ("?level=low", {NAME, MAIL}),
        ("?origin=own", {NAME, COLOUR, MAIL, MANY, THEN}),
        ("?origin=site", set()),
        ("?can=field_missing", {COLOUR}),
        ("?state=fault", set()),
        ("?fired=true", {NAME}),
        ("?incomplete=true", {COLOUR, MAIL, MANY, THEN}),
        ("?source=fin", {NAME}),
        ("?source=none", set()),
        ("?blind=true&level=low", {NAME}),
        ("?start=4&limit=1", None),
    ],
)
def test_rules_are_narrowed(browser: TestClient, query: str, found: set[str] | None) -> None:
    if "can=" in query:
        query = f"?can={browser.get(f'/api/v1/rules/{COLOUR}').json()['rule']['can_match']}"
    rows = asked(browser, query)
    assert set(rows) == found if found is not None else len(rows) == 1


def test_a_rule_has_its_figures_and_what_it_costs(browser: TestClient) -> None:
    row: dict[str, Any] = browser.get(f"/api/v1/rules/{NAME}").json()["rule"]

    assert (row["hits_day"], row["hits_month"]) == (2, 3)
    assert row["precision"] == 0.75
    assert row["interval"][0] < 0.75 < row["interval"][1]
    assert row["cost"] == 2.0
    assert row["blind_in"] == ["so-y-te"]
    assert row["ready_in"] == [FINANCE, "so-y-te"]
    assert row["complete"]


def test_a_rule_that_nobody_judged_has_no_precision(browser: TestClient) -> None:
    row = browser.get(f"/api/v1/rules/{COLOUR}").json()["rule"]
    assert (row["precision"], row["interval"], row["cost"]) == (None, None, None)
    assert row["missing"] == ["shoe.colour"]


def test_a_unit_sees_the_figures_of_its_own(life: Life, guest: TestClient) -> None:
    life.person("dm", "Đầu Mối", (RoleOfPerson.UNIT_CONTACT, FINANCE), (RoleOfPerson.IT_CENTRE, FINANCE))
    guest.cookies.set("soc-local", life.session("dm"))

    row = guest.get(f"/api/v1/rules/{NAME}").json()["rule"]

    assert (row["hits_day"], row["blind_in"], row["ready_in"]) == (1, [], [FINANCE])


def test_the_page_of_a_rule_says_what_it_means_and_lists_its_alerts(browser: TestClient) -> None:
    page = browser.get(f"/rules/{NAME}").text
    for text in ("Tên xấu", "Có tên xấu.", "Xem ai", "Khóa", "title: Bad name", "T1110 Brute Force", "Apache-2.0"):
        assert text in page, text
    assert page.count('href="/alerts/alert-j') == 4


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (MANY, f"ít nhất 3 lần khớp {NAME} trong 10 ph, tính theo từng user.name"),
        (THEN, "khớp theo thứ tự này trong 1 g 00"),
    ],
)
def test_a_correlation_is_said_in_a_sentence(browser: TestClient, rule: str, sentence: str) -> None:
    assert sentence in browser.get(f"/rules/{rule}").text


def test_in_english_everything_is_english(browser: TestClient) -> None:
    browser.cookies.set("soc-language", "en")
    said = browser.get(f"/api/v1/rules/{NAME}", headers={"Accept-Language": "en"}).json()
    assert (said["check"], said["act"]) == (["See who"], ["Lock it"])


def test_what_is_no_rule_is_not_found(browser: TestClient) -> None:
    assert browser.get("/rules/none").status_code == 404
    assert browser.get("/api/v1/rules/none").status_code == 404


def test_a_file_that_is_gone_leaves_a_page_without_text(life: Life, browser: TestClient) -> None:
    (life.services.settings.rules[0] / "rules.yml").unlink()
    page = browser.get(f"/rules/{COLOUR}")
    assert page.status_code == 200
    assert "Máy này không có nội dung của luật" in page.text
    assert browser.get(f"/api/v1/rules/{COLOUR}").json()["yaml"] == ""


def test_a_changed_file_that_no_longer_holds_the_rule_is_shown_as_it_is(life: Life, browser: TestClient) -> None:
    (life.services.settings.rules[0] / "rules.yml").write_text("title: Other\n", "utf-8")
    said = browser.get(f"/api/v1/rules/{COLOUR}").json()
    assert (said["yaml"], said["condition"]) == ("title: Other\n", "")


def test_chips_lead_out_of_the_filter_and_the_chooser_is_closed(browser: TestClient) -> None:
    page = browser.get("/rules?level=low&fired=1&q=xau").text
    assert page.count('class="chip"') == 3
    assert 'href="/rules?fired=1&amp;q=xau"' in page
    assert '<details class="narrow popup"><summary' in page
    assert "Không luật nào hợp bộ lọc" in browser.get("/rules?q=zzz").text


def test_long_lists_turn_pages(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PAGE == 100
    page = browser.get("/rules?start=3").text
    assert 'data-key="["' in page
    assert 'data-key="]"' not in page


def test_while_the_board_is_made_nothing_is_claimed(life: Life, tmp_path: Path) -> None:
    life.person("tt", "Trần Tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    board = rule_board(life, tmp_path / "again")
    board._asked = life.clock.now()  # so that no thread begins
    client = TestClient(create_app(life.services), follow_redirects=False)
    client.cookies.set("soc-local", life.session("tt"))

    assert client.get("/api/v1/rules").json() == {"at": None, "total": 0, "found": 0, "rules": []}
    assert "lần đầu" in client.get("/rules").text
    assert client.get(f"/rules/{NAME}").status_code == 404


def test_somebody_who_may_not_read_alerts_sees_none_of_a_rule(life: Life, guest: TestClient) -> None:
    life.person("tt", "Trần Tâm", (RoleOfPerson.ADMIN, ROOT))
    guest.cookies.set("soc-local", life.session("tt"))
    page = guest.get(f"/rules/{NAME}")
    assert "Vai trò" in page.text
    assert "/alerts/alert-j" not in page.text


def test_a_sentence_without_an_alert_names_the_field_in_words() -> None:
    words = {"device": "thiết bị"}

    assert runs('Máy {observer.name} bị sửa `observer.name:"{observer.name}"` {odd}', words.__getitem__) == [
        ("Máy (thiết bị) bị sửa ", False),
        ('observer.name:"…"', True),
        (" (odd)", False),
    ]


def test_tactics_are_said_in_the_readers_words() -> None:
    assert tag_words(("attack.initial-access", "attack.t1078", "cve.x"), lambda _: "Xâm nhập") == [
        "Xâm nhập",
        "T1078 Valid Accounts",
        "cve.x",
    ]
