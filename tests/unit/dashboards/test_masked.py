"""Names are hidden from unit contacts, secrets from everybody; people who work on alerts see the names."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from soc.access import ROOT, RoleOfPerson
from tests.unit.dashboards.life import FINANCE, Life, an_alert

SECRET = {"event.original": "login user=hai.nv password=Hunter2222", "user.name": "hai.nv"}


@pytest.fixture
def contact(life: Life, guest: TestClient) -> TestClient:
    life.person("lien.he", "Trần Liên Hệ", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    guest.cookies.set("soc-local", life.session("lien.he"))
    return guest


@pytest.mark.parametrize("path", ["/alerts", "/alerts/alert-a", "/api/v1/alerts", "/api/v1/alerts/alert-a"])
def test_a_unit_contact_does_not_read_names(life: Life, contact: TestClient, path: str) -> None:
    life.raise_alerts([an_alert(entities=(("user.name", "hai.nv"),), matched={"user.name": "hai.nv"}, samples=())])

    answer = contact.get(path)

    assert answer.status_code == 200
    assert "hai.nv" not in answer.text


@pytest.mark.parametrize("path", ["/alerts/alert-a", "/api/v1/alerts/alert-a"])
def test_an_analyst_reads_names_but_no_secret(life: Life, browser: TestClient, path: str) -> None:
    life.raise_alerts([an_alert(samples=(SECRET,), matched=SECRET)])

    text = browser.get(path).text

    assert "hai.nv" in text
    assert "Hunter2222" not in text
    assert "[masked:password:10]" in text


def test_a_role_over_the_province_does_not_unmask_for_a_contact(life: Life, guest: TestClient) -> None:
    life.person("kiem.toan", "Kiểm Toán", (RoleOfPerson.AUDITOR, ROOT), (RoleOfPerson.UNIT_CONTACT, FINANCE))
    guest.cookies.set("soc-local", life.session("kiem.toan"))
    life.raise_alerts([an_alert(matched={"user.name": "hai.nv"}, samples=())])

    assert "hai.nv" not in guest.get("/api/v1/alerts/alert-a").text
