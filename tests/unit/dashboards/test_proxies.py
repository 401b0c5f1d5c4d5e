"""Who is on the other end: what a proxy says counts only where the settings trust that proxy (security.md 13)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.app import create_app
from soc.access import SYSTEM
from tests.unit.dashboards.life import ANALYST, a_life

PROXY, STRANGER, CALLER = "10.0.0.1", "203.0.113.9", "198.51.100.4"


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "address"),
    [
        ((), PROXY, CALLER, PROXY),
        ((f"{PROXY}/32",), STRANGER, CALLER, STRANGER),
        ((f"{PROXY}/32",), PROXY, CALLER, CALLER),
        ((f"{PROXY}/32",), PROXY, f"6.6.6.6, {CALLER}", CALLER),
        (("10.0.0.0/8",), PROXY, f"6.6.6.6, {CALLER}, 10.9.9.9", CALLER),
        ((f"{PROXY}/32",), PROXY, "", PROXY),
        ((f"{PROXY}/32",), "no address", CALLER, "no address"),
    ],
)
def test_the_caller_is_the_last_address_that_is_no_proxy_of_ours(
    tmp_path: Path, cheap_passwords: None, trusted: tuple[str, ...], peer: str, told: str, address: str
) -> None:
    life = a_life(tmp_path, trusted_proxies=trusted)
    life.person("an.nt", "An", *ANALYST)
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": told}
    client = TestClient(create_app(replace(life.services)), headers=headers, client=(peer, 1), follow_redirects=False)

    client.post("/sign-in", data={"account": "an.nt", "password": "wrong password"})

    with life.state.read() as tx:
        assert tx.audit.page(SYSTEM, limit=1)[0].address == address
    life.state.close()
