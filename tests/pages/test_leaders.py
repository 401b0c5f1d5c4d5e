"""Tiles, beginnings and a dropped file by keys alone; rules of every page are walked in test_access_rules.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.services import Intake
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.state.source_table import Source
from soc.state.tables.figures import DropState
from soc.state.tables.sources import SourceState
from tests.builders import a_hit
from tests.pages.server import served
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import FINANCE, HEALTH, Life
from tools.chromium import WIDE


@pytest.fixture
def life(life: Life, tmp_path: Path) -> Life:
    """A province with one live and one lost source, a leader, and somebody of every other kind in one."""
    now = life.clock.now()
    with life.state.write() as tx:
        tx.sources.add(Source("fw", "Tường lửa Sở Tài chính", now, unit=FINANCE, state=SourceState.ACTIVE))
        tx.sources.add(Source("dc", "Máy chủ Sở Y tế", now, unit=HEALTH, state=SourceState.ACTIVE))
        tx.sources.saw({"fw": now})
    life.person("chu", "Nguyễn Văn Chủ", (RoleOfPerson.LEADER, ROOT))
    life.person("all", "Trần Văn Tâm", *((role, ROOT) for role in RoleOfPerson))
    folder = tmp_path / "uploads"
    folder.mkdir()
    life.services = replace(life.services, intake=Intake(folder, lambda drop_id: finish(life, drop_id)))
    return life


def finish(life: Life, drop_id: str) -> None:
    """What the worker does, at once: two alerts of this file, one piece that could not be read."""
    with life.state.write() as tx:
        drop = tx.drops.get(drop_id, SYSTEM)
        hits = [a_hit(f"{drop_id}-{n}", unit=FINANCE, events=({"soc.source.id": drop.source},)) for n in range(2)]
        tx.hits.add(hits)
        tx.hits.attach(zip(("alert-vpn", "alert-config"), hits, strict=True))
        tx.drops.link(drop)
        tx.drops.gave(drop_id, 1906)
        tx.drops.noted(drop_id, [(drop.name, "SOC-1312: <i>2 damaged</i> chunks \u202eabc")])
        tx.drops.end(drop_id, DropState.DONE, at=life.clock.now())


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    with served(life) as address:
        yield address


def as_person(
    chrome: Browser, life: Life, origin: str, account: str, size: tuple[int, int] = WIDE, **context: object
) -> Page:
    made = chrome.new_context(viewport={"width": size[0], "height": size[1]}, **context)  # type: ignore[arg-type]
    made.add_cookies([{"name": "soc-local", "value": life.session(account), "url": origin}])
    return made.new_page()


def drop(page: Page, origin: str) -> str:
    page.goto(f"{origin}/import")
    page.set_input_files("#file", {"name": "my.evtx", "mimeType": "x/y", "buffer": b"ElfFile\0" + bytes(9_000)})
    page.get_by_role("button", name="Đọc tệp và xem cảnh báo").press("Enter")
    page.wait_for_url("**/import/*")
    return page.url.removeprefix(origin)


def test_a_leader_reads_the_board_with_keys_alone(chrome: Browser, life: Life, origin: str) -> None:
    page = as_person(chrome, life, origin, "chu")
    seen = watch(page, origin)
    page.goto(origin)
    page.wait_for_url(f"{origin}/tiles")
    expect(page.locator("h1")).to_have_text("Tổng quan an toàn thông tin của tỉnh")
    assert page.locator(".tile").count() == 8
    tile = page.locator("#alerts_open_by_severity")
    expect(tile.locator(".big")).to_have_text("1")
    tile.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(tile.get_by_text("Cách tính")).to_be_visible()
    assert page.locator("#botnet_addresses .big").count() == 0
    assert page.locator(".units tbody tr").count() >= 2
    expect(page.locator("#botnet_addresses .gap-box")).to_have_text("chưa có số liệu")
    assert collect(page, seen).clean, seen


def test_a_file_is_dropped_and_its_alerts_open_by_keys(chrome: Browser, life: Life, origin: str) -> None:
    page = as_person(chrome, life, origin, "all")
    seen = watch(page, origin)
    drop(page, origin)
    expect(page.locator(".outcome")).to_have_text("2 cảnh báo, 1 nghiêm trọng, 1 trung bình")
    expect(page.get_by_text("Không kiểm tra được")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{origin}/alerts/alert-vpn")
    assert collect(page, seen).clean, seen


def test_a_file_falls_anywhere_on_the_page(chrome: Browser, life: Life, origin: str) -> None:
    page = as_person(chrome, life, origin, "all")
    page.goto(f"{origin}/import")
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(9000)], "thả.log"));
        for (const kind of ["dragenter", "dragover", "drop"])
          document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true})); }"""
    )
    page.wait_for_url("**/import/*")
    expect(page.locator("h1")).to_have_text("thả.log")


def test_without_scripts_a_file_is_sent_by_the_form(chrome: Browser, life: Life, origin: str) -> None:
    page = as_person(chrome, life, origin, "all", java_script_enabled=False)
    drop(page, origin)
    expect(page.locator(".outcome")).to_contain_text("2 cảnh báo")


def test_an_empty_province_says_that_it_cannot_know(chrome: Browser, life: Life, origin: str) -> None:
    life.person("yt", "Liên hệ Sở Y tế", (RoleOfPerson.UNIT_CONTACT, HEALTH))
    with life.state.write() as tx:
        for name in ("alert-scan", "alert-encoded"):
            found = tx.alerts.get(name, SYSTEM)
            assert found.unit == HEALTH
    page = as_person(chrome, life, origin, "yt")
    page.goto(f"{origin}/unit")
    expect(page.get_by_text("chưa từng", exact=False).first).to_be_visible()
    page.goto(f"{origin}/tiles")
    expect(page.locator("#alerts_open_by_severity .gap-box")).to_be_visible()
