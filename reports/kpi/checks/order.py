"""Is it a retry, is the id free, is it the next revision."""

from __future__ import annotations

from dataclasses import dataclass

from reports.kpi.contract import Draft
from soc.observation import NaturalKey


@dataclass(frozen=True, slots=True)
class Last:
    """The last stored revision of a key, held ones too."""

    revision: int
    id: str


def check_order(draft: Draft, key: NaturalKey, last: Last | None, other_content: str | None) -> None:
    """`other_content`: where the id was already used for something else ('' in this batch), None when it is free."""
    if other_content is not None:
        vi = f"mã '{draft.id}' đã dùng cho nội dung khác"
        draft.add("KPI-E-ID-REUSED", "/observation_id", vi, f"the id '{draft.id}' is known with other content")
    revision, expected = draft.revision, 0 if last is None else last.revision + 1
    if revision is None:
        return
    if revision != expected:
        vi, en = f"lần sửa {revision}, cần {expected}", f"revision {revision}, expected {expected}"
        draft.add("KPI-E-REVISION-ORDER", "/revision", vi, en, retry=revision > expected)
    elif last is not None and draft.supersedes not in (None, last.id):
        vi, en = f"'supersedes' phải là '{last.id}'", f"'supersedes' must be '{last.id}'"
        draft.add("KPI-E-REVISION-ORDER", "/supersedes", vi, en)
    _restated(draft, revision)


def _restated(draft: Draft, revision: int) -> None:
    if revision > 0:
        for name, given in (("supersedes", draft.supersedes), ("restatement", draft.restatement)):
            if given is None:
                vi, en = f"lần sửa {revision} cần '{name}'", f"revision {revision} needs '{name}'"
                draft.add("KPI-E-SCHEMA", f"/{name}", vi, en)
    elif draft.supersedes is not None or draft.restatement is not None:
        vi, en = "lần đầu không thay thế số liệu nào", "a first revision supersedes nothing"
        draft.add("KPI-E-SCHEMA", "/supersedes", vi, en)
