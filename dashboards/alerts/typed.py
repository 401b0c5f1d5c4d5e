"""What stood in the form of a move: one set of fields for the alert's page and the queue's pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form

from dashboards.alerts.service import Wish
from dashboards.shell.choice import choice
from dashboards.shell.formats import ZONE
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from soc.alert import REASONS, Action, Verdict
from soc.state.moves import Question


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the form; a refused one shows it again."""

    action: str = ""
    verdict: str = ""
    reason: str = ""
    note: str = ""
    owner: str = ""
    question: str = ""
    contact: str = ""
    deadline: str = ""
    seq: int = 0


UNTYPED = Typed()


def typed(
    action: Action,
    verdict: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=10_000)] = "",
    owner: Annotated[str, Form(max_length=64)] = "",
    question: Annotated[str, Form(max_length=2_000)] = "",
    contact: Annotated[str, Form(max_length=200)] = "",
    deadline: Annotated[str, Form(max_length=30)] = "",
) -> Typed:
    return Typed(action, verdict, reason, note, owner, question, contact, deadline)


FromForm = Annotated[Typed, Depends(typed)]


def wish_of(typed: Typed, revision: int) -> Wish:
    return Wish(
        action=Action(typed.action),
        revision=revision,
        verdict=choice(Verdict, typed.verdict),
        reason=typed.reason or None,
        note=typed.note,
        owner=typed.owner or None,
        question=_question(typed),
    )


def _question(typed: Typed) -> Question | None:
    try:
        deadline = datetime.fromisoformat(typed.deadline).replace(tzinfo=ZONE)
    except ValueError:
        return None
    return Question(typed.question.strip(), typed.contact.strip(), deadline)


def problems_of(typed: Typed) -> list[Problem]:
    """Every field that the state's rule refuses, in the order of the page."""
    if typed.action == Action.CLOSE:
        return list(_close_problems(typed))
    if typed.action == Action.ASSIGN:
        return [Problem("owner", N_("Choose who is to work on it."))]
    wanted = {
        "question": N_("Write the question."),
        "contact": N_("Say who at the unit is asked."),
        "deadline": N_("Say until when the answer is needed."),
    }
    missing = [Problem(name, text) for name, text in wanted.items() if not getattr(typed, name).strip()]
    return missing or [Problem("note", N_("The text is too long."))]


def _close_problems(typed: Typed) -> Sequence[Problem]:
    verdict = choice(Verdict, typed.verdict)
    if verdict is None:
        return [Problem("verdict", N_("Choose a verdict."))]
    if typed.reason not in REASONS[verdict]:
        return [Problem("reason", N_("Choose a reason that belongs to this verdict."))]
    return [Problem("note", N_('Write at least 10 characters: the reason is "other".'))]
