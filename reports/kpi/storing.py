"""What is written of a judged batch, in the transaction that answers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from reports.kpi.contract import Batch
from reports.kpi.faults import NEVER_STORED, QUARANTINE, Result
from reports.kpi.receipt import Receipt
from reports.kpi.wholes import Item
from reports.kpi.world import Sender, World
from soc.observation import Observation
from soc.state.audit import DENIED, AuditLine
from soc.state.findings import NewFinding
from soc.state.receipts import StoredReceipt
from soc.state.store import Tx

ASKED = frozenset({*QUARANTINE, "KPI-W-SUM-MISMATCH", "KPI-E-RANGE", "KPI-E-RATIO-MISMATCH"})
"""Faults that somebody must answer: each opens a finding."""

AUDITED = {"KPI-E-NOT-AUTHORISED-FOR-UNIT": "kpi.unauthorised", "KPI-E-SENSITIVITY": "kpi.sensitive"} | {
    "KPI-E-SECRET-MARK": "kpi.secret"
}
MOST_LINES = 50
"""Lines of the audit log for one batch and kind; the last says how many there were."""


def store(tx: Tx, world: World, batch: Batch, judged: Sequence[Item], sender: Sender, receipt: Receipt) -> None:
    """Observations, holds, findings, the receipt, the audit log."""
    now = receipt.received_at
    accepted = [item.one for item in judged if item.one and item.result in (Result.ACCEPTED, Result.WARNED)]
    held = [(item, item.one) for item in judged if item.one and item.result is Result.QUARANTINED]
    tx.observations.add(accepted, batch=batch.id, sender=batch.system, at=now)
    limit = world.rules.confirm_before(now, world.calendar)
    holds = [(one, sorted({fault.code for fault in item.draft.faults} & QUARANTINE)) for item, one in held]
    tx.observations.hold_many(holds, batch=batch.id, sender=batch.system, at=now, confirm_before=limit)
    _replaced(tx, accepted, [one for _, one in held], sender, now)
    tx.findings.open(_findings(world, judged, sender, now), at=now)
    tx.receipts.add(_stored(batch, sender, receipt))
    tx.audit.append_many(list(_audited(batch, judged, sender, receipt)), at=now)


def _replaced(
    tx: Tx, accepted: Sequence[Observation], held: Sequence[Observation], sender: Sender, now: datetime
) -> None:
    """A held value that is followed by another waits no longer; a finding over a figure that now passes is closed."""
    followed = [str(one.note.get("supersedes") or "") for one in (*accepted, *held) if one.revision]
    tx.observations.replaced((name for name in followed if name), by=sender.id, at=now)
    tx.findings.close_corrected((one.key for one in accepted), at=now, by=sender.id)


def _findings(world: World, judged: Sequence[Item], sender: Sender, now: datetime) -> Iterator[NewFinding]:
    due = world.rules.answer_before(now, world.calendar)
    for item in judged:
        faults, one = item.draft.faults, item.one
        if one is None or item.kpi is None or any(fault.code in _UNASKED for fault in faults):
            continue
        stored = (one.id,) if item.result is not Result.REJECTED else ()
        person = str((one.note.get("responsible") or {}).get("person_ref") or "")
        for fault in faults:
            if fault.code in ASKED:
                told = {"vi": fault.text.vi, "en": fault.text.en}
                owner = world.organisation.holder(item.kpi.function, one.key.period.end) or one.key.unit
                yield NewFinding(fault.code, one.key, stored, told, owner, person, due)


_UNASKED = NEVER_STORED | {"KPI-E-NOT-AUTHORISED-FOR-UNIT", "KPI-E-UNKNOWN-UNIT"}


def _stored(batch: Batch, sender: Sender, receipt: Receipt) -> StoredReceipt:
    return StoredReceipt(
        batch_id=batch.id,
        unit=sender.unit,
        sender=sender.id,
        system=batch.system,
        method=str(sender.method),
        content=batch.content,
        sent_at=batch.sent_at,
        at=receipt.received_at,
        summary=receipt.summary,
        items=receipt.items,
        gateway=batch.gateway,
        unknown=receipt.unknown,
    )


def _audited(batch: Batch, judged: Sequence[Item], sender: Sender, receipt: Receipt) -> Iterator[AuditLine]:
    counts = {name: count for name, count in receipt.summary.items() if count}
    yield AuditLine(sender.actor, "kpi.batch", batch.id, sender.unit, after=counts)
    for code, act in AUDITED.items():
        some = [item for item in judged if any(fault.code == code for fault in item.draft.faults)]
        for item in some[:MOST_LINES]:
            after = {"batch": batch.id, "index": item.draft.index, "items": len(some)}
            yield AuditLine(sender.actor, act, _named(item, code), sender.unit, after=after, result=DENIED)


def _named(item: Item, code: str) -> str:
    """What it was about; nothing of what may not be kept."""
    return code if code in NEVER_STORED else f"{item.draft.kpi}:{item.draft.unit}"
