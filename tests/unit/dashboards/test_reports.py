"""A report from draft to paper: written, submitted, issued by a second person, never changed, replaced by another."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from starlette.testclient import TestClient

from reports.monthly import package
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.report import ReportRecord, ReportState
from soc.state.accounting import Count, Fate
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.unit.dashboards.life import FINANCE, Life, app_of, some_alerts

TEXTS = {"VIII": "Kết quả nổi bật.\nTồn tại, hạn chế: = 1 < 2 & {{ x }}", "IX": "", "X": "Đề nghị bố trí kinh phí."}
ISSUE = {"number": "5", "day": "05/12/2026", "signer": "Trần Văn B"}
HOURS = 24 * 60


@pytest.fixture
def lived(life: Life, tmp_path: Path) -> Life:
    now = life.clock.now()
    life.raise_alerts(some_alerts())
    with life.state.write() as tx:
        began = now - (now - now.replace(day=1)) * 2
        tx.sources.add(Source("fw", "fw", began, unit=FINANCE, state=SourceState.ACTIVE))
        fates = (Fate.RECEIVED, Fate.EVENT, Fate.HEARD)
        at = [now - back * (now - now.replace(hour=now.hour - 1)) for back in range(1, HOURS)]
        tx.accounting.note([Count("fw", one, fate, 1, unit=FINANCE) for one in at for fate in fates])
    for account, role, unit in (
        ("tam", RoleOfPerson.IT_CENTRE, ROOT),
        ("hai", RoleOfPerson.IT_CENTRE, ROOT),
        ("chu", RoleOfPerson.LEADER, ROOT),
        ("ban", RoleOfPerson.LEADER, FINANCE),
        ("phan", RoleOfPerson.ANALYST, ROOT),
    ):
        life.person(account, f"Nguyễn Văn {account.title()}", (role, unit))
    settings = replace(life.services.settings, data=tmp_path)
    life.services = replace(life.services, settings=settings)
    return life


def as_person(life: Life, account: str) -> TestClient:
    headers = {"Sec-Fetch-Site": "same-origin"}
    here = ("127.0.0.1", 50_000)
    made = TestClient(app_of(life.services), headers=headers, follow_redirects=False, client=here)
    made.cookies.set("soc-local", life.session(account))
    return made


def the_draft(life: Life, browser: TestClient, **typed: str) -> ReportRecord:
    answer = browser.post("/reports", data=typed)
    assert answer.status_code == 303, answer.text
    found = re.search(r"/reports/(\w+)", answer.headers["location"])
    assert found is not None
    return now_of(life, found[1])


def now_of(life: Life, report_id: str) -> ReportRecord:
    with life.state.read() as tx:
        return tx.reports.get(report_id, SYSTEM)


def test_a_report_goes_from_draft_to_paper(lived: Life, tmp_path: Path) -> None:
    author, second = as_person(lived, "tam"), as_person(lived, "chu")
    one = the_draft(lived, author)
    refused = author.post(f"/reports/{one.id}/submit")
    assert refused.status_code == 422
    assert "Mục VIII còn trống" in refused.text

    author.post(f"/reports/{one.id}/texts", data=TEXTS)
    asked = {"override": "lãnh đạo đã biết"} if one.incomplete else {}
    assert author.post(f"/reports/{one.id}/submit", data=asked).status_code == 303
    assert author.post(f"/reports/{one.id}/issue", data=ISSUE).status_code == 422
    assert second.post(f"/reports/{one.id}/issue", data=ISSUE | {"day": "x"}).status_code == 422
    assert second.post(f"/reports/{one.id}/issue", data=ISSUE).status_code == 303

    paper = now_of(lived, one.id)
    folder = tmp_path / "reports" / one.id / "issued"
    assert (paper.state, paper.issued_by) == (ReportState.ISSUED, "chu")
    assert package.damaged(folder) == ()
    assert package.read(folder).report.cover.number == "05"
    assert package.read(folder).report.cover.issued_on == "ngày 05 tháng 12 năm 2026"
    text = "\n".join(line.text for line in Document(io.BytesIO((folder / "report.docx").read_bytes())).paragraphs)
    assert "= 1 < 2 & {{ x }}" in text
    assert "DỰ THẢO" not in text
    got = second.get(f"/reports/{one.id}/file/pdf")
    assert got.content == (folder / "report.pdf").read_bytes()
    assert got.headers["content-disposition"].startswith("attachment")
    with lived.state.read() as tx:
        acts = [entry.act for entry in tx.audit.page(SYSTEM, act="report.")]
        told = [event.kind for event in tx.reports.history(one.id, SYSTEM)]
        assert tx.audit.verify() is None
    assert acts == ["report.issue", "report.submit", "report.write", "report.make"]
    assert told == ["make", "write", "submit", "issue"]


def test_nothing_of_an_issued_report_changes_but_that_another_takes_its_place(lived: Life) -> None:
    author, second = as_person(lived, "tam"), as_person(lived, "chu")
    one = issued(lived, author, second)
    for act, typed in (("texts", TEXTS), ("submit", {}), ("refresh", {}), ("return", {"remark": "sửa lại"})):
        browser = second if act == "return" else author
        assert browser.post(f"/reports/{one.id}/{act}", data=typed).status_code == 409

    assert author.post("/reports").status_code == 422
    newer = issued(lived, author, second, reason="số liệu đến muộn")
    older = now_of(lived, one.id)
    assert (older.state, older.replaced_by, newer.replaces) == (ReportState.REPLACED, newer.id, one.id)
    assert second.get(f"/reports/{one.id}/file/docx").status_code == 200


def issued(life: Life, author: TestClient, second: TestClient, **typed: str) -> ReportRecord:
    one = the_draft(life, author, **typed)
    author.post(f"/reports/{one.id}/texts", data=TEXTS)
    author.post(f"/reports/{one.id}/submit", data={"override": "lãnh đạo đã biết"})
    second.post(f"/reports/{one.id}/issue", data=ISSUE)
    return now_of(life, one.id)


def test_a_returned_report_shows_what_is_to_be_mended(lived: Life) -> None:
    author, second = as_person(lived, "tam"), as_person(lived, "hai")
    one = the_draft(lived, author)
    author.post(f"/reports/{one.id}/texts", data=TEXTS)
    author.post(f"/reports/{one.id}/submit", data={"override": "lãnh đạo đã biết"})
    assert second.post(f"/reports/{one.id}/return", data={"remark": " "}).status_code == 422
    assert second.post(f"/reports/{one.id}/return", data={"remark": "bổ sung <b>nguyên nhân</b>"}).status_code == 303

    page = author.get(f"/reports/{one.id}").text
    assert "bổ sung &lt;b&gt;nguyên nhân&lt;/b&gt;" in page
    assert author.post(f"/reports/{one.id}/refresh").status_code == 303
    assert now_of(lived, one.id).state is ReportState.DRAFT


def test_who_may_do_what(lived: Life) -> None:
    author = as_person(lived, "tam")
    one = the_draft(lived, author)
    leader, elsewhere, analyst = (as_person(lived, name) for name in ("chu", "ban", "phan"))

    assert leader.get(f"/reports/{one.id}").status_code == 200
    assert leader.post(f"/reports/{one.id}/texts", data=TEXTS).status_code == 403
    assert elsewhere.get(f"/reports/{one.id}").status_code == 404
    assert elsewhere.get("/api/v1/reports").json() == []
    assert analyst.get("/reports").status_code == 403
    assert leader.get(f"/reports/{one.id}/file/exe").status_code == 404


def test_programs_take_the_same_steps(lived: Life) -> None:
    author, second = as_person(lived, "tam"), as_person(lived, "chu")
    made = author.post("/api/v1/reports", json={}).json()
    path = f"/api/v1/reports/{made['id']}"
    assert author.post(f"{path}/submit", json={}).status_code == 422
    assert author.post(f"{path}/texts", json={"texts": TEXTS}).json()["texts"]["X"] == TEXTS["X"]
    assert author.post(f"{path}/submit", json={"override": "lãnh đạo đã biết"}).json()["state"] == "review"
    entered = {"number": "12", "day": "2026-12-05", "signer": "B"}
    assert author.post(f"{path}/issue", json=entered).status_code in (409, 422)
    paper = second.post(f"{path}/issue", json=entered).json()
    assert (paper["state"], paper["number"], len(paper["digest"])) == ("issued", "12", 64)
    assert author.post("/api/v1/reports", json={"period": "2027-13"}).status_code == 422
