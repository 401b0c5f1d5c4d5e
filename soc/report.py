"""Reports on their way to paper: draft, review, issued, replaced (posture-and-reports.md 5.6), and who may move them.

Pages, API and store read `MOVES` and nothing else. What stands in a report lies in its package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from soc.errors import IllegalMove, StateError

NEEDED = ("VIII", "X")
"""Sections that people write; a report without them is not submitted."""

WRITTEN = ("VIII", "IX", "X")
TEXT_MOST, REASON_LEAST = 20_000, 5
LACKS = "SOC-1907"


class ReportState(StrEnum):
    """Where it is. Nothing of an issued report changes any more, but that a newer one may take its place."""

    DRAFT = "draft"
    REVIEW = "review"
    ISSUED = "issued"
    REPLACED = "replaced"


class ReportMove(StrEnum):
    """What a person may do to a report. REPLACE: a newer one was issued in its place."""

    REFRESH = "refresh"
    WRITE = "write"
    SUBMIT = "submit"
    RETURN = "return"
    ISSUE = "issue"
    REPLACE = "replace"


MOVES: Mapping[ReportState, Mapping[ReportMove, ReportState]] = {
    ReportState.DRAFT: {
        ReportMove.REFRESH: ReportState.DRAFT,
        ReportMove.WRITE: ReportState.DRAFT,
        ReportMove.SUBMIT: ReportState.REVIEW,
    },
    ReportState.REVIEW: {ReportMove.RETURN: ReportState.DRAFT, ReportMove.ISSUE: ReportState.ISSUED},
    ReportState.ISSUED: {ReportMove.REPLACE: ReportState.REPLACED},
    ReportState.REPLACED: {},
}


@dataclass(frozen=True, slots=True)
class Issue:
    """What the clerk enters."""

    number: str
    day: date
    signer: str


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """One report. `unit`: whose; ROOT for the province. `authors`: everybody who has made or changed it.
    `incomplete`: what it lacks; `override`: why it goes on although. `digest`: of its manifest."""

    id: str
    kind: str
    label: str
    reporting: str
    start: date
    end: date
    unit: str
    as_of: datetime
    made_by: str
    made_at: datetime
    digest: str
    state: ReportState = ReportState.DRAFT
    revision: int = 1
    figures: int = 0
    incomplete: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    submitted_by: str = ""
    submitted_at: datetime | None = None
    override: str = ""
    override_by: str = ""
    remark: str = ""
    issue: Issue | None = None
    issued_by: str = ""
    issued_at: datetime | None = None
    replaces: str = ""
    replaced_by: str = ""
    reason: str = ""

    @property
    def lacking(self) -> tuple[str, ...]:
        """Sections of people that are still empty."""
        return tuple(name for name in NEEDED if not self.texts.get(name, "").strip())


def refreshed(
    old: ReportRecord, by: str, *, as_of: datetime, digest: str, figures: int, incomplete: tuple[str, ...]
) -> ReportRecord:
    """Its figures were read anew."""
    fresh = {"as_of": as_of, "digest": digest, "figures": figures, "incomplete": incomplete}
    return replace(_moved(old, ReportMove.REFRESH), authors=_with(old, by), **fresh)  # type: ignore[arg-type]


def written(old: ReportRecord, by: str, texts: Mapping[str, str]) -> ReportRecord:
    """Raises StateError for a section that people do not write, or one that is too long."""
    for name, text in texts.items():
        if name not in WRITTEN or len(text) > TEXT_MOST:
            text = f"section {name}: people write {', '.join(WRITTEN)}, up to {TEXT_MOST} letters"
            raise StateError(text, code=LACKS)
    return replace(_moved(old, ReportMove.WRITE), authors=_with(old, by), texts={**old.texts, **texts})


def submitted(old: ReportRecord, by: str, at: datetime, *, override: str = "") -> ReportRecord:
    """Raises StateError with everything that is lacking. What has no figures can be overridden with a reason; then
    the banner stands on page one of every copy."""
    new = _moved(old, ReportMove.SUBMIT)
    lacks = [f"section {name} is empty" for name in old.lacking]
    if old.incomplete and len(override.strip()) < REASON_LEAST:
        lacks += [f"no figures: {name}" for name in old.incomplete]
    if lacks:
        raise StateError(f"the report is not complete - {'; '.join(lacks)}", code=LACKS)
    reason = override.strip() if old.incomplete else ""
    named = by if reason else ""
    return replace(new, submitted_by=by, submitted_at=at, override=reason, override_by=named, authors=_with(old, by))


def returned(old: ReportRecord, remark: str) -> ReportRecord:
    """Raises StateError without a remark."""
    if len(remark.strip()) < REASON_LEAST:
        raise StateError("say what is to be mended", code=LACKS)
    return replace(_moved(old, ReportMove.RETURN), remark=remark.strip(), submitted_by="", submitted_at=None)


def issued(old: ReportRecord, by: str, at: datetime, issue: Issue, digest: str) -> ReportRecord:
    """Raises StateError for an author, or when number or signer are missing."""
    new = _moved(old, ReportMove.ISSUE)
    if by in old.authors:
        raise StateError("a second person issues the report, never one who wrote it", code=LACKS)
    if not issue.number.strip() or not issue.signer.strip():
        raise StateError("number and signer are entered before it is issued", code=LACKS)
    return replace(new, issue=issue, issued_by=by, issued_at=at, digest=digest)


def replaced(old: ReportRecord, by: ReportRecord) -> ReportRecord:
    """Both stay, and name each other."""
    return replace(_moved(old, ReportMove.REPLACE), replaced_by=by.id)


def _moved(old: ReportRecord, move: ReportMove) -> ReportRecord:
    to = MOVES[old.state].get(move)
    if to is None:
        raise IllegalMove(f"a report in state '{old.state}' has no move '{move}'", [*MOVES[old.state]])
    return replace(old, state=to, revision=old.revision + 1)


def _with(old: ReportRecord, by: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old.authors, by)))
