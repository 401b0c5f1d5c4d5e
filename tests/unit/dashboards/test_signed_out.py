"""Whoever was signed out while typing comes back to the page on which the form stood."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/alerts/alert-vpn/close", "/alerts/alert-vpn"),
        ("/alerts/alert-vpn/comment", "/alerts/alert-vpn"),
        ("/alerts/bulk", "/alerts"),
        ("/alerts/views/v1/delete", "/alerts"),
        ("/sources/fw/approve", "/sources"),
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_page(guest: TestClient, path: str, back: str) -> None:
    answer = guest.post(path, data={"revision": "1"})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?back={back}"
