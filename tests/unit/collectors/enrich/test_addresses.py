"""One spelling for every address."""

from __future__ import annotations

import pytest

from collectors.enrich.addresses import address, domain, mac, port, put
from soc.event import Event


@pytest.mark.parametrize(
    "sent, canonical",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("127.1", None),
        ("192.0.2.256", None),
        ("0x7f.1", None),
        ("", None),
        ("1" * 100, None),
        ("a\0b", None),
        ("::\0", None),
    ],
)
def test_an_address_has_one_spelling(sent: str, canonical: str | None) -> None:
    assert address(sent) == canonical


def test_a_name_in_the_place_of_an_address_becomes_a_domain() -> None:
    event: Event = {}

    put(event, "source", "Client.Example.com.", "443")

    assert event == {"source.address": "Client.Example.com.", "source.domain": "client.example.com", "source.port": 443}


def test_a_placeholder_writes_nothing() -> None:
    event: Event = {}

    put(event, "source", "-", "none")

    assert event == {}


@pytest.mark.parametrize("text, number", [("0", 0), ("65535", 65_535), ("65536", None), ("²", None), ("-1", None)])
def test_a_port_is_between_0_and_65535(text: str, number: int | None) -> None:
    assert port(text) == number


@pytest.mark.parametrize("text", ["aa:bb:cc:dd:ee:0f", "AA-BB-CC-DD-EE-0F", "aabb.ccdd.ee0f"])
def test_a_mac_address_is_upper_case_with_hyphens(text: str) -> None:
    assert mac(text) == "AA-BB-CC-DD-EE-0F"


def test_what_is_no_mac_address_is_none() -> None:
    assert mac("aa:bb") is None
    assert mac("zz:bb:cc:dd:ee:ff") is None


def test_a_domain_loses_its_last_dot_and_its_case() -> None:
    assert domain("WWW.Example.COM.") == "www.example.com"
