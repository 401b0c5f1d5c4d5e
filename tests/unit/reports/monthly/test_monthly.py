"""Months with everything, with little and with nothing: what cannot be said is said, and is never a zero."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest

from reports.monthly import making, monthly
from reports.monthly.compose import Frame
from reports.monthly.figures import Book, Rows
from reports.monthly.making import PeriodError, known_at, month
from reports.monthly.model import Block, Missing, Paragraph, Report, Run, Table
from reports.monthly.office import office
from reports.monthly.printed import pieces, texts_of
from soc.period import Reporting
from soc.settings import ReportSettings
from soc.state.store import State
from tests.builders import NOON, a_system
from tests.corpus import ROOT
from tests.unit.reports.monthly.a_month import AS_OF, OFFICE, PERIOD, a_month, the_report
from tests.unit.reports.posture.a_province import FINANCE, HOUR, UNITS


def sentences(report: Report) -> list[str]:
    found = [*report.summary, *monthly.blocks((*report.sections, *report.annexes))]
    return ["".join(run.text for run in one.runs) for one in found if isinstance(one, Paragraph)]


def missing(report: Report) -> dict[str, str]:
    found: list[Block] = list(monthly.blocks((*report.sections, *report.annexes)))
    return {one.of: one.reason for one in found if isinstance(one, Missing)}


def cell(report: Report, table: str, row: str, column: int) -> str:
    chosen = next(one for one in monthly.tables(report) if isinstance(one, Table) and one.id == table)
    return next(line for line in chosen.rows if line[0].text == row)[column].text


def test_a_month_with_everything_is_complete(state: State) -> None:
    a_month(state)
    report, book = the_report(state)

    assert report.incomplete == ()
    assert report.cover.banner == ""
    assert [one.number for one in report.sections] == ["I", "II", "III", "V", "VII", "VIII", "IX", "X"]
    assert cell(report, "b04", "Cảnh báo", 1) == "6"
    assert cell(report, "b05", "Cao", 1) == "2"
    assert cell(report, "b09", "Mức nghiêm trọng", 1) == "1"
    assert cell(report, "b08", "Đã cài phần mềm", 1) == "60"
    assert cell(report, "b17", "Xã A", 1) == "83"
    assert any("xác nhận 1 sự cố, trong đó có 1 sự cố nghiêm trọng" in one for one in sentences(report))
    assert any(one.startswith("Chỉ số an toàn thông tin toàn tỉnh đạt 62 điểm") for one in sentences(report))
    assert {piece.text in texts_of(report, piece.figure) for piece in pieces(report)} == {True}
    assert set(report.figures) <= set(book.figures)


def test_lost_points_of_the_province_add_up_to_what_its_score_lacks(state: State) -> None:
    a_month(state)
    report, book = the_report(state)
    lost = [one.value for id, one in book.figures.items() if "/c02/" in id]
    score = book.fig(f"{report.label}/b17/province-score/this").value

    assert len(lost) > 5
    assert score is not None
    assert sum(one for one in lost if one is not None) == 100 - score


def test_units_add_up_to_the_province(state: State) -> None:
    a_month(state)
    report, book = the_report(state)
    table = next(one for one in monthly.tables(report) if one.id == "b20")
    for column in range(1, len(table.head)):
        values = [book.fig(row[column].figure).value or 0 for row in table.rows]
        assert sum(values[:-1]) == values[-1]


def test_a_month_of_nothing_says_so_and_prints_no_zero_for_it(state: State) -> None:
    report, _ = the_report(state)

    assert missing(report)["chỉ số an toàn thông tin"] == "trong kỳ chưa có ngày nào được chốt chỉ số"
    assert "sự cố trong kỳ" in report.incomplete
    assert report.cover.banner.startswith("Báo cáo được lập khi chưa có đủ số liệu của: ")
    assert cell(report, "b04", "Cảnh báo", 1) == "–"
    assert not any("không ghi nhận sự cố" in one for one in sentences(report))


def test_before_the_beginning_nothing_is_compared(state: State) -> None:
    a_month(state)
    report, _ = the_report(state)

    assert cell(report, "b04", "Cảnh báo", 2) == "–"
    assert not any(re.search("giảm 100|tăng 100", one) for one in sentences(report))
    table = next(one for one in monthly.tables(report) if one.id == "b04")
    assert "hệ thống giám sát chưa hoạt động trong kỳ này" in table.note


def test_good_news_carries_what_it_rests_on(state: State) -> None:
    a_month(state, happened=False)
    report, _ = the_report(state)

    said = [one for one in sentences(report) if "không ghi nhận sự cố" in one]
    assert set(said) == {
        "Trong kỳ không ghi nhận sự cố (trên phạm vi 89,9% thời gian các nguồn nhật ký phải gửi dữ liệu)."
    }


def test_a_month_that_runs_says_so_on_page_one(state: State) -> None:
    a_month(state)
    report, _ = the_report(state, as_of=PERIOD.over - timedelta(days=3))

    assert making.RUNNING in report.incomplete
    assert making.RUNNING in report.cover.banner


def test_a_tiny_month_of_one_system(state: State) -> None:
    with state.write() as tx:
        tx.systems.add(a_system("ht-1", unit=FINANCE, valid_from=PERIOD.begins))
    report, _ = the_report(state)

    assert cell(report, "b01", "Cấp độ 3", 1) == "1"
    assert cell(report, "b20", "Sở Tài chính", 7) == "1"


def test_the_same_moment_gives_the_same_report(state: State) -> None:
    a_month(state)
    first, _ = the_report(state)
    with state.write() as tx:
        tx.systems.add(a_system("ht-muon", unit=FINANCE, valid_from=AS_OF + HOUR))

    assert the_report(state)[0] == first


def test_a_sentence_names_no_figure_that_stands_in_no_table(state: State) -> None:
    book = Book(lambda asked: Rows.of(("id",), [("a",)]), AS_OF)
    frame = Frame(book, PERIOD, Reporting.ADMIN, lambda one: "", str)
    loose = book.add("x", frame.ask("alerts@1"))
    with pytest.raises(ValueError, match="stands in no table"):
        frame.say("cảnh báo", "Có {n} cảnh báo.", n=loose)

    frame.cell(loose)
    assert frame.say("cảnh báo", "Có {n} cảnh báo.", n=loose) == Paragraph(
        (Run("Có "), Run("1", "x"), Run(" cảnh báo."))
    )


def test_the_brief_is_one_page_of_the_same_figures(state: State) -> None:
    a_month(state)
    whole, _ = the_report(state)
    brief, _ = making.make(state, UNITS, OFFICE, PERIOD, Reporting.ADMIN, AS_OF, "brief")

    assert [one.title for one in brief.sections][:2] == ["TÌNH HÌNH CHUNG", "ĐƠN VỊ CẦN CHÚ Ý"]
    id = f"{brief.label}/b17/province-score/this"
    assert brief.figures[id] == whole.figures[id]
    assert cell(brief, "b01", "Sự cố đang xử lý", 1) == cell(whole, "b09", "Đang xử lý", 1)
    assert brief.incomplete == ()


@pytest.mark.parametrize("text", ["2026", "2026-13", "x", "2026-1", "2026-10-1"])
def test_no_month_is_told(text: str) -> None:
    with pytest.raises(PeriodError, match="2026-10"):
        month(text, Reporting.ADMIN, NOON)


def test_months_and_moments() -> None:
    assert month("2026-11", Reporting.ADMIN, NOON) == PERIOD
    assert month("", Reporting.ADMIN, NOON) == PERIOD
    assert known_at("", PERIOD, NOON) == AS_OF
    assert known_at("", PERIOD, PERIOD.begins + HOUR) == PERIOD.begins + HOUR
    for text in ("x", "2026-11-15T08:00", "2027-01-01T00:00+07:00"):
        with pytest.raises(PeriodError):
            known_at(text, PERIOD, NOON)


def test_the_letterhead_is_what_is_set_else_what_the_units_say() -> None:
    bare = office(ReportSettings(), UNITS, PERIOD.end)
    said = office(ReportSettings(issuing_body="Công an tỉnh", symbol="BC-CAT", wording="anm"), UNITS, PERIOD.end)

    assert (bare.governing_body, bare.issuing_body, bare.symbol) == ("Ủy ban nhân dân tỉnh", "", "BC")
    assert (said.issuing_body, said.symbol, said.wording.value) == ("Công an tỉnh", "BC-CAT", "anm")


def test_no_digit_is_typed_in_a_sentence() -> None:
    """Numbers come from figures alone."""
    folder = ROOT / "reports" / "monthly"
    found = [text for path in (*folder.glob("sections/*.py"), folder / "brief.py") for text in _templates(path)]

    assert len(found) > 10
    assert [text for text in found if re.search(r"\d", text)] == []


def _templates(path: Path) -> list[str]:
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    says = (node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "say")
    return [node.args[1].value for node in says if isinstance(node.args[1], ast.Constant)]  # type: ignore[misc]
