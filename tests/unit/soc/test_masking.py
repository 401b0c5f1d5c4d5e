"""Secrets are hidden from everybody, names from those who need not know them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.access import Eyes, Scope
from soc.masking import SECRETS, mask_event, mask_secrets, seen_alert, short
from tests.builders import an_alert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mysql -u root -pHunter22 db", "mysql -u root -p[masked:password:8] db"),
        ("net use \\\\dc01 /password:Hunter22", "net use \\\\dc01 /password:[masked:password:8]"),
        ("GET /login?user=an&password=Hunter22&x=1", "GET /login?user=an&password=[masked:password:8]&x=1"),
        ('{"token": "abc.def"}', '{"token": "[masked:password:7]"}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [masked:authorization:7]"),
        ("Cookie: sid=1; x=2", "Cookie: [masked:cookie:10]"),
        ("the password was changed", "the password was changed"),
        ("ping -p 80", "ping -p 80"),
    ],
)
def test_secrets_are_hidden_where_the_pattern_is_certain(text: str, shown: str) -> None:
    assert mask_secrets(text) == shown


def test_a_private_key_is_hidden_whole() -> None:
    text = "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY----- y"

    assert "MIIE" not in mask_secrets(text)
    assert mask_secrets(text).endswith("] y")


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=200)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_secrets(f"password={text}")
    assert mask_secrets(once) == once


@pytest.mark.parametrize("bait", ["-----BEGIN PRIVATE KEY-----", "authorization: ", "cookie:", "password=", " -p"])
def test_a_long_value_costs_little(bait: str) -> None:
    start = time.process_time()
    mask_secrets((bait * (65_536 // len(bait)))[:65_536])
    mask_secrets(bait + "a" * 65_536)

    assert time.process_time() - start < 1.0
    assert len(SECRETS) == 5


@pytest.mark.parametrize(
    ("name", "shown"),
    [("nguyen.van.an", "n***.an"), ("an", "a***"), ("TINH\\hai.nv", "TINH\\h***.nv"), ("", "")],
)
def test_a_name_is_told_apart_but_not_known(name: str, shown: str) -> None:
    assert short(name) == shown


def test_an_event_is_masked_field_by_field() -> None:
    event = {
        "user.name": "nguyen.van.an",
        "related.user": ["hai.nv", "an"],
        "message": "mail to an.nguyen@nghean.gov.vn, call 0912 345 678, password=Hunter22",
        "source.port": 443,
        "host.name": "pc-07",
    }

    assert mask_event(event, personal=True) == {
        "user.name": "n***.an",
        "related.user": ["h***.nv", "a***"],
        "message": "mail to a***@nghean.gov.vn, call [masked:phone], password=[masked:password:8]",
        "source.port": 443,
        "host.name": "pc-07",
    }
    assert mask_event(event, personal=False)["user.name"] == "nguyen.van.an"


def test_an_alert_is_masked_whole() -> None:
    alert = an_alert()
    shown = seen_alert(alert, Scope(None, Eyes(frozenset())))

    assert shown.id == alert.id
    assert not any(value == "an" for field, value in shown.entities if field == "user.name")
