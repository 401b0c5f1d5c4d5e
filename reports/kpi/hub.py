"""The one door of figures: a batch in, a receipt out. Push, file, form and our own publisher all come through here.

The receipt is answered when everything is durable: observations, holds, findings, audit and the receipt itself are one
transaction. What needs no store is judged before it begins, so that other writers wait as little as they can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reports.kpi.checks.history import check_fall, check_jump, check_source
from reports.kpi.checks.naming import check_naming
from reports.kpi.checks.numbers import check_numbers
from reports.kpi.checks.order import check_order
from reports.kpi.contract import Batch, BatchRefused, Draft
from reports.kpi.definitions import Kpi, RollUp
from reports.kpi.faults import ItemFault, Result, result_of
from reports.kpi.past import Past, read_past
from reports.kpi.reading import read_batch
from reports.kpi.receipt import ItemOutcome, Receipt, receipt_from, receipt_of
from reports.kpi.storing import store
from reports.kpi.wholes import check_wholes
from reports.kpi.world import PEOPLE, Sender, World
from reports.wording import Text
from soc.calendar import ZONE
from soc.observation import Cumulative, NaturalKey, Observation, Status
from soc.state.observation_rows import content_of
from soc.state.store import State, Tx


@dataclass(slots=True)
class Judged:
    """An item on its way. `one`: the observation, when enough of it could be read."""

    draft: Draft
    kpi: Kpi | None
    one: Observation | None
    content: str = ""
    result: Result = Result.ACCEPTED

    @property
    def outcome(self) -> ItemOutcome:
        return ItemOutcome(self.draft.index, self.result, tuple(self.draft.faults))


def receive(
    state: State, world: World, batch: bytes | Batch, sender: Sender, now: datetime, *, dry_run: bool = False
) -> Receipt:
    """Raises BatchRefused when the envelope is not in order, or the id is known with other content (409).

    `dry_run`: all checks, nothing stored, the same receipt.
    """
    read = read_batch(batch) if isinstance(batch, bytes) else batch
    judged = judge_alone(world, read, sender, now)
    if dry_run:
        with state.read() as tx:
            first = _first_answer(tx, read, sender)
            return first or replace(_judged(tx, world, read, judged, sender, now), dry_run=True)
    with state.write() as tx:
        first = _first_answer(tx, read, sender)
        if first is not None:
            return first
        receipt = _judged(tx, world, read, judged, sender, now)
        store(tx, world, read, judged, sender, receipt)
        return receipt


def judge_alone(world: World, batch: Batch, sender: Sender, now: datetime) -> list[Judged]:
    """All that can be said of each item without what is stored."""
    ahead = batch.sent_at - now
    found = []
    for read in batch.drafts:
        draft = replace(read, faults=list(read.faults))
        kpi = check_naming(draft, sender, world)
        if kpi is not None:
            check_numbers(draft, kpi, world, now)
        if world.system in draft.origin:
            vi, en = "chuỗi nguồn đã có hệ thống này", "this system is already in the chain"
            draft.add("KPI-E-SCHEMA", "/provenance/origin", vi, en)
        if ahead > world.rules.skew and not draft.rejected:
            minutes = int(ahead.total_seconds() // 60)
            vi, en = f"đồng hồ nơi gửi nhanh {minutes} phút", f"the sender's clock is {minutes} minutes ahead"
            draft.faults.append(ItemFault("KPI-W-CLOCK", "/sent_at", Text(vi, en)))
        one = observation_of(draft)
        found.append(Judged(draft, kpi, one, content_of(one) if one else ""))
    return found


def judge_with(past: Past, world: World, batch: Batch, judged: Sequence[Judged], now: datetime) -> None:
    """The rest: retries, ids, revisions, history, sums; in the order of the batch."""
    for item in judged:
        draft, one = item.draft, item.one
        if one is not None and past.contents.get(one.id) == item.content and not _unauthorised(draft):
            vi, en = "đã nhận trước đây, không lưu lại", "known already, not stored again"
            draft.faults = []
            draft.add("KPI-I-DUPLICATE", "/observation_id", vi, en)
            item.result = Result.DUPLICATE
            continue
        if one is not None:
            check_order(draft, one.key, past.last.get(one.key), past.contents.get(one.id))
        if one is not None and item.kpi is not None and not draft.rejected:
            _late(draft, item.kpi, one, past, world, now)
            _history(item, one, past, world, None if batch.system in PEOPLE else batch.system)
        item.result = result_of(draft.faults)
        if one is not None and item.result is not Result.REJECTED:
            past.take(one, item.content, held=item.result is Result.QUARANTINED)
    check_wholes(past, world, [item for item in judged if item.result in (Result.ACCEPTED, Result.WARNED)])


def observation_of(draft: Draft) -> Observation | None:
    """None when too little of the item could be read."""
    if draft.id is None or draft.kpi is None or draft.unit is None or draft.period is None:
        return None
    if draft.dimensions is None or draft.cumulative is None or draft.status is None or draft.revision is None:
        return None
    forecast = draft.status is Status.FORECAST
    return Observation(
        id=draft.id,
        key=NaturalKey(draft.kpi, draft.unit, draft.period, draft.dimensions, draft.cumulative, forecast),
        value=draft.value,
        status=draft.status,
        revision=draft.revision,
        numerator=draft.numerator,
        denominator=draft.denominator,
        reason=draft.reason,
        definition=draft.definition or "",
        sensitivity=str(draft.sensitivity or "internal"),
        restatement=draft.restatement,
        note=draft.note,
    )


def _judged(tx: Tx, world: World, batch: Batch, judged: Sequence[Judged], sender: Sender, now: datetime) -> Receipt:
    some = [item.one for item in judged if item.one is not None and not _unauthorised(item.draft)]
    past = read_past(tx, sender.scope, some)
    today = now.astimezone(ZONE).date()
    for subsystem in {item.kpi.subsystem for item in judged if item.kpi is not None}:
        past.origins |= world.origins(subsystem, today)
    judge_with(past, world, batch, judged, now)
    return receipt_of(batch.id, now, (item.outcome for item in judged), batch.unknown)


def _first_answer(tx: Tx, batch: Batch, sender: Sender) -> Receipt | None:
    """Raises BatchRefused (409) for an id that stands for something else."""
    stored = tx.receipts.find(batch.id)
    if stored is None:
        return None
    if (stored.content, stored.sender) != (batch.content, sender.id):
        raise BatchRefused(f"batch '{batch.id}' is known with other content", status=409, code="SOC-1952")
    return receipt_from(stored)


def _history(item: Judged, one: Observation, past: Past, world: World, origin: str | None) -> None:
    """`origin`: of the batch, None when people hand it in."""
    draft, period = item.draft, one.key.period
    if one.key.forecast:
        return
    earlier = past.earlier(one.key)
    # The year so far of a growth index is no sum: it may fall, and its steps mean nothing.
    if one.key.cumulative is Cumulative.NONE or (item.kpi is not None and item.kpi.over_time is RollUp.SUM):
        check_jump(draft, period, earlier, world.rules.jump, world.calendar)
        check_fall(draft, period, earlier)
    if origin is not None:
        check_source(draft, origin, past.accepted_origin(one.key))


def _late(draft: Draft, kpi: Kpi, one: Observation, past: Past, world: World, now: datetime) -> None:
    """A first revision that came after due and grace; a correction is not late for correcting."""
    if one.revision or one.key.forecast:
        return
    place = (kpi.id, one.key.period)
    if place not in past.limits:
        past.limits[place] = world.late_after(kpi, one.key.period)
    limit = past.limits[place]
    if limit is not None and now > limit:
        vi = f"đến sau hạn {limit.astimezone(ZONE):%H:%M %d/%m/%Y}"
        draft.add("KPI-W-LATE", "/period", vi, f"came after the limit of {limit.astimezone(ZONE):%Y-%m-%d %H:%M}")


def _unauthorised(draft: Draft) -> bool:
    return any(fault.code == "KPI-E-NOT-AUTHORISED-FOR-UNIT" for fault in draft.faults)
