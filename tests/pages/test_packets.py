"""Packets on real pages: every state keeps every rule, and a packet that attacks is only text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from collectors.files import kept, opened
from collectors.sources.pcap.source import read
from soc.access import ROOT, RoleOfPerson
from soc.paths import DataDir
from tests.pages.server import served
from tests.pages.test_access_rules import entered, walked
from tests.unit.collectors.sources.pcap.packets import SYN, ethernet, ipv4, pcap, tcp
from tests.unit.dashboards.life import FINANCE, Life, a_life, an_alert

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

REQUEST = b"GET /<img src=x onerror=alert(1)>%20a?q='%22><script>x</script> HTTP/1.1\r\nHost: \xe2\x80\xaeevil\r\n\r\n"
FRAMES = [(1_700_000_000.5, ethernet(ipv4("10.0.0.1", "192.0.2.7", 6, tcp(5_001, 80, SYN))))] + [
    (1_700_000_000.5 + n / 7, ethernet(ipv4("10.0.0.1", "192.0.2.7", 6, tcp(5_001, 80, 24, REQUEST))))
    for n in range(1, 206)
]


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, demo=True, data=tmp_path)
    made.person("keeper", "Trần Văn Tâm", *((role, ROOT) for role in RoleOfPerson))
    (tmp_path / "<b>mang.pcap").write_bytes(pcap(FRAMES)[:-9])
    with opened(tmp_path / "<b>mang.pcap", problem=lambda *_: None) as inputs:
        item = kept(next(inputs), DataDir(tmp_path))
    event = next(read(item.path, digest=item.sha256, name="<b>mang.pcap", tshark=None)).event
    event |= {"@timestamp": "2026-11-24T04:00:00Z", "unit.id": FINANCE, "event.id": "e1"}
    gone = event | {"pcap.capture.sha256": "cd" * 32, "event.id": "e2"}
    made.raise_alerts([an_alert("packets", samples=(event, gone))])
    yield made
    made.state.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_of_the_packets_keeps_every_rule(chrome: Browser, life: Life, language: str) -> None:
    with served(life) as origin:
        page = entered(chrome, life, origin, language)
        page.goto(f"{origin}/alerts/alert-packets")
        links = page.locator("#packets a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
        assert len(links) == 1
        faults = {path: walked(page, origin, path, language, set()) for path in ("/alerts/alert-packets", links[0])}

        page.goto(f"{origin}/unmask?alert=alert-packets")
        page.fill("#reason", "Đối chiếu gói tin của vụ việc")
        page.fill("#case_number", "12")
        page.click("form.own-form button")
        for path in (links[0], f"{links[0]}&after=200", f"{links[0]}&packet=2", f"{links[0]}&packet=9999"):
            faults[path] = walked(page, origin, path, language, set())

        assert {path: found for path, found in faults.items() if found} == {}


def test_from_the_alert_to_the_bytes_by_its_links(chrome: Browser, life: Life) -> None:
    with served(life) as origin:
        page = entered(chrome, life, origin, "vi")
        page.goto(f"{origin}/alerts/alert-packets")
        page.click("#packets a")
        page.click("#packets a.button")
        page.fill("#reason", "Đối chiếu gói tin của vụ việc")
        page.fill("#case_number", "12")
        page.click("form.own-form button")
        page.click("#packets a")
        expect(page.locator("table.packets tbody tr")).to_have_count(200)
        page.get_by_role("link", name="Mở gói tin 2", exact=True).click()
        expect(page.locator(".hex tr").first).to_contain_text("52 54 00 00 00 02")
        expect(page.locator("main img, main script")).to_have_count(0)
        page.get_by_role("link", name="sau", exact=True).click()
        expect(page.locator("h1")).to_have_text("Gói tin 3")
