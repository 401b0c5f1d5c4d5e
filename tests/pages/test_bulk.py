"""One action on a whole filter by keyboard alone: dry run, note, job, report, undo."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.schedule import JobWorker
from soc.access import SYSTEM
from soc.alert import Action, Actor, Level, Status, Verdict
from soc.state import bulk, remarks
from soc.state.jobs import BulkWish, Job
from soc.state.matching import AlertFilter
from tests.pages.test_work import signed_in
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import Life
from tools.chromium import PHONE

CLOSE = BulkWish(Action.CLOSE, Verdict.FALSE_POSITIVE, "rule_logic")
HIGH = ("alert-scan", "alert-encoded")


@pytest.fixture
def page(chrome: Browser, life: Life, origin: str) -> Page:
    opened = signed_in(chrome, life, origin)
    opened.set_viewport_size({"width": 1440, "height": 900})
    opened.goto(f"{origin}/alerts?view=open&level=high")
    return opened


@contextmanager
def at_work(life: Life) -> Iterator[None]:
    """The thread of the web role that does the jobs."""
    over, worker = threading.Event(), JobWorker(life.services)

    def run() -> None:
        while not over.wait(0.05):
            worker.run(life.clock.now())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


def tab_to(page: Page, selector: str) -> None:
    """Tab until it is there, as a person without a mouse goes."""
    for _ in range(80):
        if page.locator(selector).evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {selector}")


def choose(page: Page, selector: str, value: str) -> None:
    """Down until it is chosen."""
    for _ in range(40):
        if page.locator(selector).input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{selector} does not offer {value}")


def states(life: Life) -> set[tuple[Status, Verdict | None]]:
    with life.state.read() as tx:
        return {(one.status, one.verdict) for one in (tx.alerts.get(name, SYSTEM) for name in HIGH)}


def test_a_filter_is_closed_and_restored_with_keys_alone(page: Page, life: Life, origin: str) -> None:
    seen = watch(page, origin)
    page.goto(page.url.replace("/alerts?", "/alerts/bulk?"))
    expect(page.locator("#touched")).to_contain_text("2")
    tab_to(page, "#bulk-verdict")
    choose(page, "#bulk-verdict", "false_positive")
    page.keyboard.press("Tab")
    choose(page, "#bulk-reason", "rule_logic")
    page.keyboard.press("Tab")
    page.keyboard.type("quét định kỳ, đã hỏi Trung tâm")
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/jobs/*")
    expect(page.get_by_role("status").first).to_have_text("Bắt đầu ngay")
    with at_work(life):
        expect(page.get_by_role("status").first).to_have_text("Đã xong", timeout=15_000)
        assert states(life) == {(Status.CLOSED, Verdict.FALSE_POSITIVE)}
        page.keyboard.press("z")
        expect(page.get_by_role("status").first).to_have_text("Đã hoàn tác", timeout=15_000)
    assert states(life) == {(Status.NEW, None)}
    assert collect(page, seen).clean, seen


def test_a_field_that_is_missing_is_named_and_the_note_stays(page: Page) -> None:
    page.goto(page.url.replace("/alerts?", "/alerts/bulk?"))
    tab_to(page, "#bulk-note")
    page.keyboard.type("ghi chú đã gõ")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert")).to_contain_text("kết luận")
    expect(page.locator("#bulk-note")).to_have_value("ghi chú đã gõ")


def test_an_empty_filter_leads_back(page: Page, origin: str) -> None:
    page.goto(f"{origin}/alerts/bulk?view=open&level=informational")

    expect(page.locator("main form")).to_have_count(0)
    page.locator("main .blank a").click()
    page.wait_for_url("**/alerts?view=open&level=informational")


def test_what_was_left_is_listed_with_its_reason_and_undone_once(page: Page, life: Life, origin: str) -> None:
    job = closed(life)
    with life.state.write() as tx:
        told: dict[str, Any] = {"by": job.actor, "scope": SYSTEM, "at": life.clock.now(), "request_id": "r"}
        remarks.comment(tx, "alert-scan", "xem lại sau", **told)
    page.goto(f"{origin}/jobs")
    page.locator("main tbody a").press("Enter")
    page.wait_for_url(f"**/jobs/{job.id}")
    with at_work(life):
        page.keyboard.press("z")
        expect(page.get_by_role("status").first).to_have_text("Đã hoàn tác", timeout=15_000)
    expect(page.locator("main tbody tr")).to_have_count(1)


def test_on_a_phone_the_dry_run_and_the_report_fit(chrome: Browser, life: Life, origin: str) -> None:
    phone = signed_in(chrome, life, origin)
    phone.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for path in ("/alerts/bulk?view=open", f"/jobs/{closed(life).id}", "/jobs"):
        phone.goto(origin + path)
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def closed(life: Life) -> Job:
    """A finished job over the high alerts."""
    told: dict[str, Any] = {"by": Actor("an.nt"), "scope": SYSTEM, "at": life.clock.now(), "request_id": "r"}
    with life.state.write() as tx:
        wanted, position = AlertFilter(levels=(Level.HIGH,)), tx.jobs.position()
        job = tx.jobs.start(CLOSE, wanted, as_of=position, described={"level": "high"}, **told)
    while job.running:
        job = bulk.step(life.state, job.id, life.clock.now())
    return job
