"""Moves of a warning by people, written with history and audit entry in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from soc.access import Scope
from soc.alert import Actor
from soc.errors import IllegalMove, StaleRevision, StateError
from soc.state.warnings import Warned
from soc.warning import WARNING_MOVES, WarningState, may_move

if TYPE_CHECKING:
    from soc.state.store import Tx

REASON_MOST = 2_000
CODE = "SOC-1647"


def move(
    tx: Tx, warning_id: str, to: WarningState, reason: str, *, scope: Scope, revision: int, by: Actor, at: datetime
) -> Warned:
    """Raises NotFound, StaleRevision, IllegalMove, or StateError where a reason is missing or too long."""
    old = tx.warnings.get(warning_id, scope)
    if old.revision != revision:
        text = f"warning is at revision {old.revision}, you read {revision} - look at what changed, then try again"
        raise StaleRevision(text, code="SOC-1609")
    legal = tuple(one for one in WarningState if one in WARNING_MOVES[old.state])
    if to not in legal:
        possible = ", ".join(legal) or "nothing"
        raise IllegalMove(f"a warning that is '{old.state}' does not become '{to}' - possible: {possible}", legal)
    if not may_move(old.state, to, reason) or len(reason) > REASON_MOST:
        raise StateError(f"reason: give one of at most {REASON_MOST} characters", code=CODE)
    new = replace(old, state=to, updated_at=at, reason=reason.strip() or old.reason)
    written = tx.warnings.change(old, new, scope, str(to), reason.strip(), by=by, at=at)
    before, told = {"state": old.state}, {"state": to}
    tx.audit.append(by, f"warning.{to}", old.id, at=at, unit=old.unit, before=before, after=told, reason=reason)
    return written
