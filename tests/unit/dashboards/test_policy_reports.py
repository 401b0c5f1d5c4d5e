"""Reports of broken page policy: counted, limited, audited once a kind."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from dashboards.access.attempts import PER_MINUTE
from dashboards.access.policy_reports import ADDRESS, KINDS, MOST_BYTES, PolicyReports
from soc.access import SYSTEM
from tests.unit.dashboards.life import Life


def a_report(**changes: str) -> dict[str, dict[str, str]]:
    fields = {
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline",
        "document-uri": "http://t/alerts?text=x",
    }
    return {"csp-report": fields | changes}


def audited(life: Life) -> list[tuple[str, dict[str, str]]]:
    with life.state.read() as tx:
        entries = tx.audit.page(SYSTEM)
    return [(entry.object, dict(entry.after)) for entry in entries if entry.act == "page.policy_report"]


def test_a_report_is_counted_and_audited_once(life: Life, browser: TestClient) -> None:
    for _ in range(3):
        assert browser.post(ADDRESS, json=a_report()).status_code == 204

    assert browser.get("/api/v1/health").json()["policy_reports"] == 3
    told = {"directive": "script-src-elem", "blocked": "inline", "page": "http://t/alerts"}
    assert audited(life) == [("http://t/alerts", told)]


def test_every_page_says_where_to_report(guest: TestClient) -> None:
    assert guest.get("/sign-in").headers["content-security-policy"].endswith(f"report-uri {ADDRESS}")


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"{}", b'{"csp-report": 7}'])
def test_what_is_no_report_is_not_counted(life: Life, browser: TestClient, body: bytes) -> None:
    assert browser.post(ADDRESS, content=body).status_code == 204
    assert browser.get("/api/v1/health").json()["policy_reports"] == 0
    assert audited(life) == []


def test_reports_are_small_and_few(guest: TestClient) -> None:
    assert guest.post(ADDRESS, content=b"x" * (MOST_BYTES + 1)).status_code == 413

    answers = [guest.post(ADDRESS, json=a_report()).status_code for _ in range(PER_MINUTE + 1)]

    assert answers == [204] * PER_MINUTE + [429]


def test_kinds_beyond_the_limit_are_only_counted() -> None:
    reports = PolicyReports()

    new = [reports.note("style-src", str(n)) for n in range(KINDS + 5)]

    assert (sum(new), reports.count) == (KINDS, KINDS + 5)


def test_foreign_text_is_cut(life: Life, browser: TestClient) -> None:
    browser.post(ADDRESS, json=a_report(**{"blocked-uri": "x" * 9_000}))

    assert len(audited(life)[0][1]["blocked"]) == 200
