"""The registers' forms in a real browser: what was typed stays, a file tells first, an incident goes to its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.incident import State
from soc.state.store import State as Store
from tests.pages.watch import Watch, collect, watch
from tests.unit.dashboards.life import Life, some_registers
from tools.chromium import PHONE, WIDE


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, chrome: Browser, life: Life, origin: str) -> Iterator[Page]:
    """Somebody who is analyst and keeps the registers."""
    life.person("tt", "Trần Tâm", (RoleOfPerson.IT_CENTRE, ROOT), (RoleOfPerson.ANALYST, ROOT))
    some_registers(life)
    context = chrome.new_context(viewport={"width": request.param[0], "height": request.param[1]})
    context.add_cookies([{"name": "soc-local", "value": life.session("tt"), "url": origin}])
    yield context.new_page()
    context.close()


@pytest.fixture
def seen(page: Page, origin: str) -> Iterator[Watch]:
    found = watch(page, origin)
    yield found
    collect(page, found)
    assert [*found.reports, *found.foreign] == []
    # The browser notes a form that answers 422; that is no fault of the page.
    assert [error for error in found.errors if "a status of 4" not in error] == []


def test_a_system_is_entered_after_a_mistake(page: Page, seen: Watch, origin: str, life: Life) -> None:
    page.goto(f"{origin}/registers/systems")
    page.get_by_role("link", name="Thêm hệ thống").click()
    page.get_by_label("Mã", exact=True).fill("Cổng DVC")
    page.get_by_label("Tên", exact=True).fill("Cổng dịch vụ công")
    page.get_by_label("Đơn vị", exact=True).select_option(label="Sở Y tế")
    page.get_by_label("Ngày quyết định").fill("31/02/2026")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Tên", exact=True)).to_have_value("Cổng dịch vụ công")
    expect(page.get_by_label("Ngày quyết định")).to_have_value("31/02/2026")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Mã", exact=True)).to_be_focused()
    page.get_by_label("Mã", exact=True).fill("cong-dvc")
    page.get_by_label("Ngày quyết định").fill("28/02/2026")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url("**/registers/systems/cong-dvc?done=saved")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cổng dịch vụ công")


def test_a_file_tells_before_it_is_saved(page: Page, seen: Watch, origin: str, life: Life, tmp_path: Path) -> None:
    file = tmp_path / "he-thong.csv"
    file.write_text("id,name,unit,level\nht-a,Cổng thông tin,so-y-te,3\nht-b,,so-y-te,9\n", "utf-8")
    page.goto(f"{origin}/registers/systems/file")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_text("1 dòng mới, 0 dòng thay đổi, 0 dòng đã có, 1 dòng lỗi")).to_be_visible()
    assert systems(life.state) == ["ht-1"]
    page.get_by_role("button", name="Lưu các dòng không lỗi").click()
    expect(page.get_by_text("Đã lưu, trừ các dòng lỗi")).to_be_visible()
    assert systems(life.state) == ["ht-1", "ht-a"]


def test_an_alert_becomes_an_incident_that_is_reported_in_time(
    page: Page, seen: Watch, origin: str, life: Life
) -> None:
    page.goto(f"{origin}/registers/incidents/entry?alert=alert-vpn")
    page.get_by_label("Nhóm sự cố").select_option("intrusion")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url("**?done=opened")
    expect(page.get_by_text("Còn 23 giờ 56 phút")).to_be_visible()
    act(page, "Xác nhận là sự cố")
    sent = {"Báo cáo": "initial", "Kênh gửi": "portal", "Gửi lúc": "24/11/2026 11:58", "Nơi nhận": "A05"}
    act(page, "Ghi báo cáo đã gửi", sent)
    expect(page.get_by_text("Đã gửi đúng hạn")).to_be_visible()
    act(page, "Ghi nhận đã cô lập")
    act(page, "Kết thúc sự cố")
    with life.state.read() as tx:
        one = next(each for each in tx.incidents.all(SYSTEM) if "alert-vpn" in each.alerts)
    assert (one.state, [sent.receiver for sent in one.proofs]) == (State.CLOSED, ["A05"])


def test_a_wrong_move_stays_open_with_what_was_typed(page: Page, seen: Watch, origin: str, life: Life) -> None:
    page.goto(f"{origin}/registers/incidents/incident-1")
    act(page, "Đổi thời điểm phát hiện", {"Phát hiện lúc (T0)": "hôm qua"}, wrong=True)
    expect(page.locator("#moment")).to_have_value("hôm qua")
    expect(page.locator("#moment-fault")).to_be_visible()
    expect(page.locator("#reason-fault")).to_be_visible()


def act(page: Page, name: str, fields: dict[str, str] | None = None, *, wrong: bool = False) -> None:
    """Opens a move, fills its fields by label and sends it."""
    form = page.locator("details.deed", has=page.locator("summary", has_text=name))
    form.locator("summary").click()
    for label, value in (fields or {}).items():
        field = form.get_by_label(label, exact=True)
        if field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button").click()
    if not wrong:
        page.wait_for_url("**?done=moved")
        expect(page.get_by_role("status")).to_have_text("Đã ghi vào lịch sử.")


def systems(state: Store) -> list[str]:
    with state.read() as tx:
        return [one.id for one in tx.systems.all(SYSTEM)]
