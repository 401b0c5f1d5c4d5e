"""A report is submitted whole, issued by a second person, and never changed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from soc.errors import IllegalMove, StateError
from soc.report import MOVES, Issue, ReportState, issued, refreshed, replaced, returned, submitted, written
from tests.builders import NOON, a_report

TEXTS = {"VIII": "Kết quả nổi bật", "X": "Kiến nghị"}
ISSUE = Issue("05", date(2026, 11, 5), "Trần Văn B")


def test_an_incomplete_report_is_refused_with_everything_that_lacks() -> None:
    with pytest.raises(StateError, match="section VIII is empty; section X is empty; no figures: sự cố"):
        submitted(a_report(incomplete=("sự cố",)), "an", NOON)


def test_missing_figures_are_overridden_by_a_named_person_with_a_reason() -> None:
    draft = a_report(incomplete=("sự cố",), texts=TEXTS)
    found = submitted(draft, "binh", NOON, override="đã báo cáo lãnh đạo")

    assert (found.state, found.override_by, found.override) == (ReportState.REVIEW, "binh", "đã báo cáo lãnh đạo")
    with pytest.raises(StateError, match="no figures"):
        submitted(draft, "binh", NOON, override="x")


def test_empty_sections_cannot_be_overridden() -> None:
    with pytest.raises(StateError, match="section X is empty"):
        submitted(a_report(texts={"VIII": "a"}), "an", NOON, override="lãnh đạo yêu cầu")


def test_whoever_wrote_it_does_not_issue_it() -> None:
    review = submitted(written(a_report(), "chi", TEXTS), "an", NOON)

    for author in ("an", "chi"):
        with pytest.raises(StateError, match="second person"):
            issued(review, author, NOON, ISSUE, "1" * 64)
    found = issued(review, "dung", NOON, ISSUE, "1" * 64)
    assert (found.state, found.issued_by, found.digest) == (ReportState.ISSUED, "dung", "1" * 64)
    with pytest.raises(StateError, match="number and signer"):
        issued(review, "dung", NOON, Issue(" ", ISSUE.day, "B"), "1" * 64)


def test_a_returned_report_is_a_draft_with_the_remark() -> None:
    review = submitted(a_report(texts=TEXTS), "an", NOON)
    found = returned(review, "bổ sung nguyên nhân")

    assert (found.state, found.remark, found.submitted_by) == (ReportState.DRAFT, "bổ sung nguyên nhân", "")
    with pytest.raises(StateError, match="say what"):
        returned(review, " ")


def test_nothing_of_an_issued_report_changes_but_that_it_is_replaced() -> None:
    paper = issued(submitted(a_report(texts=TEXTS), "an", NOON), "dung", NOON, ISSUE, "1" * 64)

    acts: tuple[Callable[[], object], ...] = (
        lambda: written(paper, "an", TEXTS),
        lambda: refreshed(paper, "an", as_of=NOON, digest="", figures=0, incomplete=()),
        lambda: submitted(paper, "an", NOON),
        lambda: returned(paper, "sửa lại số liệu"),
        lambda: issued(paper, "em", NOON, ISSUE, "2" * 64),
    )
    for act in acts:
        with pytest.raises(IllegalMove):
            act()
    assert replaced(paper, a_report("report-2")).replaced_by == "report-2"
    assert MOVES[ReportState.REPLACED] == {}


@pytest.mark.parametrize("texts", [{"II": "x"}, {"VIII": "x" * 20_001}])
def test_people_write_their_sections_only(texts: dict[str, str]) -> None:
    with pytest.raises(StateError, match="people write"):
        written(a_report(), "an", texts)
