"""A file dropped on the page: who may, what is refused before and while it arrives, and what the page says of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from dashboards.drop import form, service
from dashboards.errors import Refused
from dashboards.services import Intake
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.state.tables.figures import DropState
from tests.builders import a_hit
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, app_of, some_alerts

EVTX = b"ElfFile\0" + b"\0" * 5000


@pytest.fixture
def begun(life: Life, tmp_path: Path) -> list[str]:
    """Uploads go to a folder, and the worker is a list."""
    ids: list[str] = []
    folder = tmp_path / "uploads"
    folder.mkdir()
    life.services = replace(life.services, intake=Intake(folder, ids.append))
    return ids


@pytest.fixture
def keeper(life: Life, begun: list[str]) -> TestClient:
    life.person("tt", "Trần Tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    return client(life, "tt")


def client(life: Life, account: str) -> TestClient:
    made = TestClient(
        app_of(life.services),
        follow_redirects=False,
        headers={"Sec-Fetch-Site": "same-origin"},
        raise_server_exceptions=False,
    )
    made.cookies.set("soc-local", life.session(account))
    return made


def left(life: Life) -> list[Path]:
    assert life.services.intake is not None
    return list(life.services.intake.folder.iterdir())


def test_a_file_is_stored_audited_and_handed_to_the_worker(life: Life, keeper: TestClient, begun: list[str]) -> None:
    answer = keeper.post("/import", data={"unit": FINANCE}, files={"file": ("..\\my đĩa.evtx", EVTX)})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/import/{begun[0]}"
    assert left(life)[0].read_bytes() == EVTX
    with life.state.read() as tx:
        drop = tx.drops.get(begun[0], SYSTEM)
        entry = tx.audit.page(SYSTEM)[0]
    assert (drop.name, drop.unit, drop.kind, drop.bytes, drop.by) == ("my đĩa.evtx", FINANCE, "evtx", len(EVTX), "tt")
    assert (entry.act, entry.object) == ("file.import", begun[0])


def test_the_field_of_the_unit_may_stand_behind_the_file(life: Life, keeper: TestClient, begun: list[str]) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.log"\r\n\r\nhello\r\n'
        b'--x\r\nContent-Disposition: form-data; name="unit"\r\n\r\nso-y-te\r\n--x--\r\n'
    )
    answer = keeper.post("/import", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 303
    with life.state.read() as tx:
        assert tx.drops.get(begun[0], SYSTEM).unit == HEALTH


def test_an_analyst_may_in_a_demo_only(life: Life, begun: list[str]) -> None:
    assert client(life, "an.nt").get("/import").status_code == 403
    assert client(life, "an.nt").post("/import", files={"file": ("a", b"x")}).status_code == 403
    life.services = replace(life.services, settings=replace(life.services.settings, demo=True))
    assert client(life, "an.nt").get("/import").status_code == 200
    assert client(life, "an.nt").post("/import", files={"file": ("a", b"x")}).status_code == 303
    assert len(begun) == 1


def test_too_large_ends_the_reading_and_leaves_nothing(
    life: Life, keeper: TestClient, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "MOST_OTHER", 100_000)
    answer = keeper.post("/import", files={"file": ("big.log", b"line\n" * 50_000)})
    assert answer.status_code == 413
    assert "quá lớn" in answer.text
    assert left(life) == []
    assert keeper.post("/import", files={"file": ("big.evtx", EVTX + bytes(200_000))}).status_code == 303


CUT = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.evtx"\r\n\r\n' + EVTX


@pytest.mark.parametrize("body", [b"", b"--x\r\nnonsense", b"--x--\r\n", CUT])
def test_a_broken_form_is_said_and_leaves_nothing(life: Life, keeper: TestClient, body: bytes) -> None:
    answer = keeper.post("/import", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 422
    assert left(life) == []


async def blocks(first: bytes, number: int, *, sent: list[int], breaks: bool = False) -> AsyncIterator[bytes]:
    """A stream of MiB; `sent` counts those that were asked for."""
    yield first
    for _ in range(number):
        sent.append(1)
        yield bytes(form.MIB)
    if breaks:
        raise ClientDisconnect


@pytest.mark.parametrize(("first", "most"), [(b"line\n" * 2000, 20), (EVTX, 64)])
def test_a_stream_of_three_gigabytes_ends_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bytes, most: int
) -> None:
    monkeypatch.setattr(form, "MOST_LARGE", 64 * form.MIB)
    target, sent = form.Target(tmp_path / "x"), list[int]()
    with pytest.raises(Refused) as caught:
        asyncio.run(form.receive_bytes(blocks(first, 3 * 1024, sent=sent), "a", target))
    assert (caught.value.code, caught.value.status) == ("SOC-1840", 413)
    assert len(sent) == most
    service.discard(target)
    assert list(tmp_path.iterdir()) == []


def test_a_stream_that_breaks_off_is_no_file(tmp_path: Path) -> None:
    target = form.Target(tmp_path / "x")
    with pytest.raises(Refused) as caught:
        asyncio.run(form.receive_bytes(blocks(EVTX, 2, sent=[], breaks=True), "a", target))
    assert caught.value.code == "SOC-1842"
    service.discard(target)
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_were_read_before_lead_to_that_reading(life: Life, keeper: TestClient, begun: list[str]) -> None:
    drop_id = finished(life, keeper, begun)
    answer = keeper.post("/import", data={"unit": FINANCE}, files={"file": ("again.evtx", EVTX)})
    assert answer.headers["location"] == f"/import/{drop_id}"
    assert [path.name for path in left(life)] == [drop_id]
    keeper.post("/import", data={"unit": HEALTH}, files={"file": ("again.evtx", EVTX)})
    assert len(begun) == 2


def test_other_bodies_and_empty_files_are_refused(life: Life, keeper: TestClient) -> None:
    assert keeper.post("/import", data={"file": "x"}).status_code == 422
    assert "không rỗng" in keeper.post("/import", files={"file": ("a", b"")}).text
    assert left(life) == []


def test_a_person_drops_at_most_thirty_files_an_hour(
    life: Life, keeper: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HOURLY", 2)
    codes = [keeper.post("/api/v1/imports", content=b"x", headers=RAW).status_code for _ in range(3)]
    assert codes == [202, 202, 429]


def test_somebody_of_one_unit_must_say_which(life: Life, begun: list[str]) -> None:
    life.person("tt2", "Tâm", (RoleOfPerson.IT_CENTRE, FINANCE))
    browser = client(life, "tt2")
    assert browser.post("/import", files={"file": ("a", b"x")}).status_code == 422
    assert browser.post("/import", data={"unit": HEALTH}, files={"file": ("a", b"x")}).status_code == 422
    assert browser.post("/import", data={"unit": FINANCE}, files={"file": ("a", b"x")}).status_code == 303


RAW = {"content-type": "application/octet-stream"}


def test_programs_send_the_file_itself(life: Life, keeper: TestClient, begun: list[str]) -> None:
    body = keeper.post(f"/api/v1/imports?name=a.evtx&unit={FINANCE}", content=EVTX, headers=RAW).json()
    assert (body["id"], body["kind"], body["state"]) == (begun[0], "evtx", "waiting")
    assert keeper.get(f"/api/v1/imports/{begun[0]}").json()["name"] == "a.evtx"
    assert keeper.post("/api/v1/imports", content=b"", headers=RAW).status_code == 422
    assert keeper.post("/api/v1/sources/x/approve", content=b"{}", headers=RAW).status_code == 415


def test_a_system_without_an_intake_says_so(life: Life) -> None:
    life.person("tt", "Trần Tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    browser = client(life, "tt")
    assert "socctl import" in browser.get("/import").text
    assert browser.post("/import", files={"file": ("a", b"x")}).status_code == 409


def finished(life: Life, keeper: TestClient, begun: list[str]) -> str:
    keeper.post("/import", data={"unit": FINANCE}, files={"file": ("my.evtx", EVTX)})
    alerts = life.raise_alerts(some_alerts())
    with life.state.write() as tx:
        drop = tx.drops.get(begun[0], SYSTEM)
        hits = [a_hit(f"h{n}", unit=FINANCE, events=({"soc.source.id": drop.source},)) for n in range(2)]
        tx.hits.add(hits)
        tx.hits.attach([(alerts[0].id, hits[0]), (alerts[3].id, hits[1])])
        tx.drops.reading(drop.id, read=9, records=1906)
        tx.drops.noted(drop.id, [("my.evtx", "SOC-1312: <b>2 damaged chunks</b>")])
        tx.drops.link(drop)
        tx.drops.end(drop.id, DropState.DONE, at=life.clock.now())
    return begun[0]


def test_the_end_is_one_line_with_links_to_its_alerts(life: Life, keeper: TestClient, begun: list[str]) -> None:
    page = keeper.get(f"/import/{finished(life, keeper, begun)}").text
    assert "2 cảnh báo, 1 nghiêm trọng, 1 trung bình" in page
    assert 'href="/alerts/alert-vpn"' in page
    assert 'href="/alerts/alert-scan"' not in page
    assert "Không kiểm tra được" in page
    assert "<b>2 damaged" not in page
    assert "Tệp EVTX hỏng một phần." in page
    keeper.cookies.set("soc-language", "en")
    assert "An EVTX file is damaged in places." in keeper.get(f"/import/{begun[0]}").text


def test_an_administrator_is_told_of_no_alert(life: Life, keeper: TestClient, begun: list[str]) -> None:
    drop_id = finished(life, keeper, begun)
    life.person("quan", "Quản trị", (RoleOfPerson.ADMIN, ROOT))
    page = client(life, "quan").get(f"/import/{drop_id}").text
    assert "cảnh báo, 1" not in page
    assert "alert-vpn" not in page


def test_a_file_of_another_unit_does_not_exist(life: Life, keeper: TestClient, begun: list[str]) -> None:
    drop_id = finished(life, keeper, begun)
    life.person("yt", "Y tế", (RoleOfPerson.IT_CENTRE, HEALTH))
    assert client(life, "yt").get(f"/import/{drop_id}").status_code == 404
    assert client(life, "yt").get(f"/api/v1/imports/{drop_id}").status_code == 404


def test_while_it_is_read_the_page_asks_again_by_itself(life: Life, keeper: TestClient, begun: list[str]) -> None:
    keeper.post("/import", data={"unit": FINANCE}, files={"file": ("my.evtx", EVTX)})
    page = keeper.get(f"/import/{begun[0]}").text
    assert 'http-equiv="refresh"' in page
    assert "hx-get" in page
    part = keeper.get(f"/import/{begun[0]}", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "đang chờ đọc" in part
