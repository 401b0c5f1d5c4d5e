"""Packets behind an alert: from a real capture that was kept, for a reason, written down, to the alert's unit alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from collectors.files import kept, opened
from collectors.sources.pcap import packets as reader
from collectors.sources.pcap.source import read
from soc.access import SYSTEM, RoleOfPerson
from soc.paths import DataDir
from tests.unit.collectors.sources.pcap.packets import SYN, ethernet, ipv4, pcap, query, tcp, udp
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert, app_of

SECRET = "hunter22-in-clear"
MARKUP = b"GET /<script>alert(1)</script> HTTP/1.1\r\nHost: x\r\nCookie: " + SECRET.encode() + b"\r\n\r\n"
WHY = {"alert": "alert-a", "reason": "Đối chiếu gói tin của vụ việc", "case_number": "12/CV-STTTT"}
FRAMES = [
    (1_700_000_000.5, ethernet(ipv4("10.0.0.1", "192.0.2.7", 6, tcp(5_001, 80, SYN)))),
    (1_700_000_000.6, ethernet(ipv4("10.0.0.1", "192.0.2.53", 17, udp(5_000, 53, query("www.example.com"))))),
    (1_700_000_000.75, ethernet(ipv4("10.0.0.1", "192.0.2.7", 6, tcp(5_001, 80, 24, MARKUP)))),
]
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture
def analyst(life: Life, guest: TestClient, tmp_path: Path) -> TestClient:
    """An alert of finance whose events come from an imported capture; one of health without any."""
    data = DataDir(tmp_path).make()
    (tmp_path / "mang.pcap").write_bytes(pcap(FRAMES))
    with opened(tmp_path / "mang.pcap", problem=lambda *_: None) as inputs:
        item = kept(next(inputs), data)
    event = next(read(item.path, digest=item.sha256, name="mang.pcap", tshark=None)).event
    event |= {"@timestamp": "2026-11-24T04:00:00Z", "unit.id": FINANCE}
    life.person("mai.lt", "Lê Thị Mai", (RoleOfPerson.ANALYST, FINANCE))
    life.person("lan.ht", "Hồ Thị Lam", (RoleOfPerson.ANALYST, HEALTH))
    life.person("chi.tk", "Trần Kim Chi", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    life.raise_alerts([an_alert(samples=(event,)), an_alert("bare"), an_alert("other", unit=HEALTH, samples=(event,))])
    life.services = replace(life.services, settings=replace(life.services.settings, data=tmp_path))
    app_of(life.services)
    guest.cookies.set("soc-local", life.session("mai.lt"))
    return guest


def _flow(analyst: TestClient) -> str:
    (one,) = analyst.get("/api/v1/alerts/alert-a/packets").json()["conversations"]
    return str(one["flow"])


def _looks(life: Life) -> list[object]:
    with life.state.read() as tx:
        return list(tx.audit.page(SYSTEM, act="packets.read"))


@needs_tshark
def test_the_way_from_the_alert_over_a_reason_to_a_packet(life: Life, analyst: TestClient) -> None:
    link = f"/alerts/alert-a/packets?flow={quote(_flow(analyst), safe='')}"
    assert 'id="packets"' in analyst.get("/alerts/alert-a").text
    refused = analyst.get(link).text
    assert SECRET not in refused
    assert 'href="/unmask?alert=alert-a"' in refused
    assert _looks(life) == []

    analyst.post("/unmask", data=WHY)
    listed = analyst.get(link)
    assert listed.status_code == 200
    assert "0.250000" in listed.text.replace(",", ".")
    assert "&amp;packet=2" in listed.text
    one = analyst.get(f"{link}&packet=2").text
    assert SECRET in one
    assert "<script>alert" not in one
    with life.state.read() as tx:
        entries = tx.audit.page(SYSTEM, act="packets.read")
    assert [(entry.actor, entry.object, entry.unit, entry.reason) for entry in entries] == [
        ("mai.lt", "alert-a", FINANCE, WHY["reason"])
    ] * 2


@needs_tshark
def test_a_program_gets_the_same(life: Life, analyst: TestClient) -> None:
    flow = _flow(analyst)
    refused = analyst.get("/api/v1/alerts/alert-a/packets", params={"flow": flow})
    assert (refused.status_code, refused.json()["code"]) == (403, "SOC-1368")

    analyst.post("/api/v1/unmaskings", json=WHY)
    told = analyst.get("/api/v1/alerts/alert-a/packets", params={"flow": flow, "packet": 2}).json()
    assert [(one["place"], one["number"], one["protocol"]) for one in told["packets"]] == [
        (1, 1, "TCP"),
        (2, 3, "HTTP"),
    ]
    assert [layer["name"] for layer in told["layers"]] == ["eth", "ip", "tcp", "http"]
    assert bytes.fromhex(told["data"]) == FRAMES[2][1]


def test_an_alert_without_a_capture_has_no_box_and_says_so_alone(analyst: TestClient) -> None:
    assert 'id="packets"' not in analyst.get("/alerts/alert-bare").text
    assert analyst.get("/alerts/alert-bare/packets").status_code == 200
    assert analyst.get("/api/v1/alerts/alert-bare/packets").json()["conversations"] == []


def test_others_never_reach_them(life: Life, analyst: TestClient) -> None:
    flow = _flow(analyst)
    analyst.post("/unmask", data=WHY)
    assert analyst.get("/alerts/alert-other/packets", params={"flow": flow}).status_code == 404
    assert analyst.get("/alerts/alert-bare/packets", params={"flow": flow}).status_code == 404
    assert analyst.get("/alerts/alert-a/packets", params={"flow": "../../state.db.1:x"}).status_code == 404
    for account, status in (("lan.ht", 404), ("chi.tk", 403)):
        analyst.cookies.set("soc-local", life.session(account))
        assert analyst.get("/alerts/alert-a/packets", params={"flow": flow}).status_code == status
        assert analyst.get("/api/v1/alerts/alert-a/packets", params={"flow": flow}).status_code == status
    assert _looks(life) == []


def test_a_capture_that_is_gone_is_said_and_not_offered(life: Life, analyst: TestClient, tmp_path: Path) -> None:
    flow = _flow(analyst)
    for path in DataDir(tmp_path).evidence.iterdir():
        path.unlink()
    assert "không còn lưu bản ghi gói tin" in analyst.get("/alerts/alert-a").text
    analyst.post("/unmask", data=WHY)
    if shutil.which("tshark"):
        assert analyst.get("/alerts/alert-a/packets", params={"flow": flow}).status_code == 404


def test_a_machine_without_tshark_says_it(analyst: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = _flow(analyst)
    analyst.post("/unmask", data=WHY)
    monkeypatch.setattr(reader, "find", lambda: None)
    answer = analyst.get("/alerts/alert-a/packets", params={"flow": flow})
    assert answer.status_code == 503
    assert "Chưa cài tshark" in answer.text
    assert analyst.get("/api/v1/alerts/alert-a/packets", params={"flow": flow}).json()["code"] == "SOC-1360"
