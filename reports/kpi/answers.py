"""What people say of figures: a held value is confirmed with a reason, a finding gets its answer (ioc-hub.md 4.3, 7).

A held value is corrected by the next revision, which comes through the hub's door like every figure.
"""

from __future__ import annotations

from datetime import datetime

from soc.access import Scope
from soc.alert import Actor
from soc.errors import NotFound, StateError
from soc.observation import Known
from soc.state.findings import Answer, Finding, WantedFindings
from soc.state.store import State, Tx
from soc.state.tables.hub import HoldAnswer
from soc.state.tables.receipts import FindingEventKind

LEAST = 5
"""Characters of a reason that says anything."""


def confirm(state: State, seq: int, scope: Scope, actor: Actor, reason: str, now: datetime) -> Known:
    """The value counts from now on. Raises NotFound when it is not held, answered already, or outside the scope."""
    said = _reason(reason)
    with state.write() as tx:
        known = tx.observations.answer(seq, HoldAnswer.CONFIRMED, scope, by=actor.id, reason=said, at=now)
        if known is None:
            raise NotFound
        _explain(tx, known, scope, actor, said, now)
        one = known.observation
        after = {"observation": one.id, "kpi": one.key.kpi, "period": one.key.period.key}
        tx.audit.append(actor, "kpi.confirm", str(seq), at=now, unit=one.key.unit, after=after, reason=said)
    return known


def answer_finding(state: State, finding_id: int, answer: Answer, scope: Scope, actor: Actor, now: datetime) -> Finding:
    """Raises NotFound when it is outside the scope or its state takes no such answer, StateError without a reason."""
    _reason(answer.text)
    with state.write() as tx:
        found = tx.findings.answer(finding_id, answer, scope, at=now)
        if found is None:
            raise NotFound
        after = {"answer": str(answer.kind), "check": found.check, "kpi": found.kpi}
        tx.audit.append(actor, "kpi.answer", str(finding_id), at=now, unit=found.unit, after=after, reason=answer.text)
    return found


def _explain(tx: Tx, known: Known, scope: Scope, actor: Actor, said: str, now: datetime) -> None:
    """The findings over the value are answered by the same words."""
    one = known.observation
    for found in tx.findings.page(scope, WantedFindings(kpis=(one.key.kpi,))):
        if one.id in found.figures:
            tx.findings.answer(found.id, Answer(FindingEventKind.EXPLAINED, actor.id, said), scope, at=now)


def _reason(text: str) -> str:
    """Raises StateError for one that says nothing."""
    said = text.strip()
    if len(said) < LEAST:
        raise StateError("say why, in a few words", code="SOC-1953")
    return said
