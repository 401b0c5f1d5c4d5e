"""Tasks, warnings and meetings in a real browser: the forms, the show by arrow keys, the papers from a disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.task import TaskState
from soc.warning import WarningState
from tests.pages.commanding import MEETING, TASK, a_warning, led
from tests.pages.watch import Watch, collect, watch
from tests.unit.dashboards.life import HEALTH, Life, a_life
from tools.chromium import PHONE, WIDE

HALL = (1920, 1080)
NEAREST = 20
"""Pixels of the smallest text of a figure's page at 1080p."""

SMALLEST = """() => Math.min(...[...document.querySelectorAll(".slide *")]
  .filter((one) => one.offsetHeight && [...one.childNodes].some((of) => of.nodeType === 3 && of.textContent.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
FONTS = "document.fonts.ready.then((all) => [...all].filter((one) => one.status == 'loaded').length)"
FITS = "() => document.documentElement.scrollHeight <= innerHeight + 1"


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, demo=True, data=tmp_path)
    made.person("keeper", "Trần Văn Tâm", *((role, ROOT) for role in RoleOfPerson))
    made.person("yte", "Đầu mối Y tế", (RoleOfPerson.UNIT_CONTACT, HEALTH))
    made.services = replace(made.services, world=led(made))
    yield made
    made.state.close()


def entered(chrome: Browser, life: Life, origin: str, account: str, size: tuple[int, int]) -> BrowserContext:
    context = chrome.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True)
    context.add_cookies([{"name": "soc-local", "value": life.session(account), "url": origin}])
    return context


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, chrome: Browser, life: Life, origin: str) -> Iterator[Page]:
    context = entered(chrome, life, origin, "keeper", request.param)
    yield context.new_page()
    context.close()


@pytest.fixture
def seen(page: Page, origin: str) -> Iterator[Watch]:
    found = watch(page, origin)
    yield found
    collect(page, found)
    assert [*found.reports, *found.foreign] == []
    assert [error for error in found.errors if "a status of 4" not in error] == []


def test_a_task_is_assigned_from_a_warning_after_a_mistake(page: Page, seen: Watch, origin: str, life: Life) -> None:
    page.goto(f"{origin}/warnings/{a_warning(life)}")
    page.get_by_role("link", name="Giao nhiệm vụ").click()
    page.get_by_label("Việc cần làm").fill("Kiểm tra và báo cáo nguyên nhân")
    page.get_by_label("Hạn", exact=True).fill("28/11/2026")
    page.get_by_role("button", name="Giao nhiệm vụ").click()
    expect(page.get_by_role("alert")).to_contain_text("không phải ngày làm việc")
    expect(page.get_by_label("Việc cần làm")).to_have_value("Kiểm tra và báo cáo nguyên nhân")
    page.get_by_label("Hạn", exact=True).fill("01/12/2026")
    page.get_by_role("button", name="Giao nhiệm vụ").click()
    page.wait_for_url("**?done=assigned")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra và báo cáo nguyên nhân")


def test_a_unit_reports_with_a_file_and_the_assigner_confirms(
    chrome: Browser, page: Page, seen: Watch, origin: str, life: Life, tmp_path: Path
) -> None:
    file = tmp_path / "báo cáo.txt"
    file.write_text("xong", "utf-8")
    page.goto(f"{origin}/tasks/{TASK}")
    page.get_by_text("Trả lại", exact=True).first.click()
    page.get_by_label("Lý do").first.fill("thiếu số liệu tháng 10")
    page.get_by_role("button", name="Trả lại").click()
    page.wait_for_url("**?done=moved")
    unit = entered(chrome, life, origin, "yte", PHONE)
    work = unit.new_page()
    work.goto(f"{origin}/tasks/{TASK}")
    work.get_by_role("button", name="Bắt đầu thực hiện").click()
    work.wait_for_url("**?done=moved")
    work.get_by_label("Kết quả thực hiện").fill("Đã bổ sung")
    work.locator("input[type=file]").set_input_files(file)
    work.get_by_role("button", name="Báo cáo hoàn thành").click()
    work.wait_for_url("**?done=moved")
    expect(work.get_by_role("link", name="báo cáo.txt")).to_be_visible()
    unit.close()
    page.goto(f"{origin}/tasks/{TASK}")
    page.get_by_role("button", name="Xác nhận hoàn thành").click()
    page.wait_for_url("**?done=moved")
    with life.state.read() as tx:
        assert tx.tasks.get(TASK, SYSTEM).state is TaskState.DONE


def test_a_warning_is_acknowledged_and_refused_with_a_reason(page: Page, seen: Watch, origin: str, life: Life) -> None:
    warning = a_warning(life)
    page.goto(f"{origin}/warnings/{warning}")
    page.get_by_role("button", name="Tiếp nhận").click()
    page.wait_for_url("**?done=moved")
    page.get_by_text("Không xác nhận", exact=True).first.click()
    page.get_by_role("button", name="Không xác nhận").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Lý do").fill("đã kiểm tra, số liệu thử nghiệm")
    page.get_by_role("button", name="Không xác nhận").click()
    page.wait_for_url("**?done=moved")
    with life.state.read() as tx:
        assert tx.warnings.get(warning, SYSTEM).state is WarningState.UNCONFIRMED


def test_a_meeting_is_prepared_shown_and_decided_in(page: Page, seen: Watch, origin: str, life: Life) -> None:
    page.goto(f"{origin}/meetings/new")
    page.get_by_label("Tên cuộc họp").fill("Họp đột xuất")
    page.get_by_role("button", name="Chốt số liệu và chuẩn bị").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Tên cuộc họp")).to_have_value("Họp đột xuất")
    page.locator('input[name="tiles"]').first.check()
    page.get_by_role("button", name="Chốt số liệu và chuẩn bị").click()
    page.wait_for_url("**?done=prepared")
    expect(page.get_by_text("số liệu lúc 08:00 ngày 24/11/2026")).to_be_visible()
    page.get_by_label("Nội dung kết luận").fill("Báo cáo lại vào tuần sau")
    page.locator("#lead").select_option(HEALTH)
    page.get_by_role("button", name="Ghi kết luận").click()
    page.wait_for_url("**?done=decided**")
    page.get_by_role("link", name="1. Báo cáo lại vào tuần sau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Báo cáo lại vào tuần sau")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_show_turns_by_arrow_keys_and_can_be_read_from_afar(
    chrome: Browser, life: Life, origin: str, theme: str
) -> None:
    context = entered(chrome, life, origin, "keeper", HALL)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"{origin}/meetings/{MEETING}")
    with page.expect_navigation():  # until its script is there
        page.get_by_role("link", name="Trình chiếu").click()
    titles = []
    for _ in range(4):
        titles.append(page.get_by_role("heading", level=1).inner_text())
        assert page.evaluate(FITS), titles
        assert page.evaluate(SMALLEST) >= NEAREST
        with page.expect_navigation():
            page.keyboard.press("ArrowRight")
    assert page.get_by_role("heading", level=1).inner_text() == "Kết luận"
    page.keyboard.press("ArrowRight")  # the last one stays
    assert page.get_by_role("heading", level=1).inner_text() == "Kết luận"
    page.keyboard.press("PageUp")
    page.wait_for_url("**n=3")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/meetings/{MEETING}")
    assert titles[:3] == ["Giao ban điều hành tháng", "Nhiệm vụ quá hạn", "Nhiệm vụ đúng hạn"]
    context.close()


def test_the_papers_open_from_a_disk_without_a_network(
    chrome: Browser, life: Life, origin: str, tmp_path: Path
) -> None:
    context = entered(chrome, life, origin, "keeper", WIDE)
    page = context.new_page()
    page.goto(f"{origin}/meetings/{MEETING}")
    with page.expect_download() as found:
        page.get_by_role("link", name="Tải gói tài liệu họp").click()
    path = tmp_path / found.value.suggested_filename
    found.value.save_as(path)
    told = page.request.get(f"{origin}/api/v1/meetings/{MEETING}").json()
    known = observations(page, origin, told)
    context.close()

    alone = chrome.new_context(viewport={"width": HALL[0], "height": HALL[1]}, offline=True)
    paper = alone.new_page()
    asked_for: list[str] = []
    paper.on("request", lambda request: asked_for.append(request.url))
    paper.goto(path.as_uri())
    slides = paper.locator("[data-tile]")
    assert slides.count() == len(told["tiles"]) == 3
    assert sum(equal(slides.nth(place), tile, known) for place, tile in enumerate(told["tiles"])) == 2
    paper.keyboard.press("ArrowRight")
    paper.wait_for_function("scrollY > 500")
    fonts = paper.evaluate(
        "document.fonts.ready.then((all) => [...all].filter((one) => one.status == 'loaded').length)"
    )
    assert fonts >= 3
    assert [url for url in asked_for if not url.startswith(("file:", "data:"))] == []
    alone.close()


def observations(page: Page, origin: str, told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the hub knew of the meeting's figures at its frozen time, by id."""
    known = {}
    for tile in told["tiles"]:
        asked = f"kpi={tile['kpi_id']}&as_of={told['as_of'].replace('+', '%2B')}&limit=500"
        for item in page.request.get(f"{origin}/ioc/v1/observations?{asked}").json()["items"]:
            known[item["observation_id"]] = item
    return known


def equal(slide: Locator, tile: dict[str, Any], known: dict[str, dict[str, Any]]) -> bool:
    """Whether the slide has a value, which then is that of the observations that it names."""
    big = slide.locator(".big")
    assert big.count() == (tile["value"] is not None)
    if tile["value"] is None:
        return False
    rows = [known[name] for name in (slide.get_attribute("data-observations") or "").split()]
    value = Decimal(big.get_attribute("data-value") or "")
    if rows[0].get("denominator") is None:
        assert value == sum(Decimal(row["value"]) for row in rows)
    else:
        over, under = (sum(Decimal(row[name]) for row in rows) for name in ("numerator", "denominator"))
        assert value == round(100 * over / under, 1)
    return True
