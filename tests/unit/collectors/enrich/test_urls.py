"""The parts of a request target, as logged."""

from __future__ import annotations

import pytest

from collectors.enrich.urls import authority, locate
from soc.event import Event


@pytest.mark.parametrize(
    "url, parts",
    [
        ("/a/b.PHP?x=%27&y=?", {"path": "/a/b.PHP", "query": "x=%27&y=?", "extension": "PHP"}),
        ("/", {"path": "/"}),
        ("/.htaccess", {"path": "/.htaccess"}),
        ("/a.b/c", {"path": "/a.b/c"}),
        ("/x?", {"path": "/x", "query": ""}),
        ("http://An@Example.com:8080", {"scheme": "http", "domain": "example.com", "port": 8080, "path": "/"}),
        ("example.com:443", {"domain": "example.com", "port": 443}),
        ("*", {"path": "*"}),
        ("", {"path": "/"}),
    ],
)
def test_a_target_is_cut_but_not_decoded(url: str, parts: dict[str, object]) -> None:
    event: Event = {}

    locate(event, url)

    assert event == {"url.original": url, **{f"url.{name}": value for name, value in parts.items()}}


def test_an_address_literal_keeps_its_brackets() -> None:
    event: Event = {}

    authority(event, "[2001:db8::1]:8443")

    assert event == {"url.domain": "[2001:db8::1]", "url.port": 8443}
