"""Handing figures in by hand: a file or a form is looked at first, with a receipt for each row, and then confirmed.

Nothing is kept but the file itself, under a name that only its owner's token makes, for an hour.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from dashboards.errors import Refused
from dashboards.hub.answers import world_of
from dashboards.hub.caller import Caller
from dashboards.services import Services
from reports.kpi import answers
from reports.kpi.contract import Method
from reports.kpi.entries import Entry, Prepared, Signed, entries_of, folded, prepare
from reports.kpi.hub import receive
from reports.kpi.pushing import PART, batch_of_items
from reports.kpi.receipt import Receipt
from reports.kpi.sheets.apart import read_apart
from reports.kpi.sheets.columns import CellFault, NumberStyle
from reports.kpi.world import World
from reports.wording import Text
from soc.errors import NotFound
from soc.paths import DataDir

KEPT = timedelta(hours=1)
FILE, FORM = "ioc-file", "ioc-form"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What becomes of one row. `result` 'unchanged': it says what is known already."""

    row: int
    result: str
    texts: tuple[Text, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """A file or form that was looked at. `usable`: rows that would be stored or held. `batches`: ids, once stored."""

    rows: tuple[RowResult, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    batches: tuple[str, ...] = ()

    @property
    def usable(self) -> int:
        return sum(self.counts.get(name, 0) for name in ("accepted", "accepted_with_warnings", "quarantined"))


def look_at_file(services: Services, caller: Caller, data: bytes, style: NumberStyle, reason: str) -> Looked:
    """All checks, nothing stored. Raises SheetRefused."""
    return _file(services, caller, data, style, reason, dry_run=True)


def take_file(services: Services, caller: Caller, data: bytes, style: NumberStyle, reason: str) -> Looked:
    """The same for good. Rows that are refused are left out; the others count."""
    return _file(services, caller, data, style, reason, dry_run=False)


def hand_in(services: Services, caller: Caller, entries: Sequence[Entry], reason: str, *, dry_run: bool) -> Looked:
    """A form. A jump is held, and confirmed at once where its line says why: whoever types it answers for it."""
    signed = _signed(services, caller, FORM, Method.MANUAL, reason)
    looked = _send(services, caller, entries, (), signed, dry_run=dry_run)
    if not dry_run:
        _confirm(services, caller, entries, looked, signed.at)
    return looked


def _confirm(services: Services, caller: Caller, entries: Sequence[Entry], looked: Looked, now: datetime) -> None:
    reasons = {entry.key: entry.reason for entry in entries if len(entry.reason.strip()) >= answers.LEAST}
    with services.state.read() as tx:
        holds = tx.observations.held(caller.scope, limit=10_000) if looked.counts.get("quarantined") else ()
    for hold in holds:
        key = hold.known.observation.key
        if key in reasons and hold.known.batch in looked.batches:
            answers.confirm(services.state, hold.known.seq, caller.scope, caller.viewer.actor, reasons[key], now)


def keep(services: Services, caller: Caller, data: bytes) -> str:
    """The token under which the same person finds the file again."""
    token, folder = secrets.token_urlsafe(16), _folder(services)
    _drop_old(folder, services.clock.now())
    descriptor = os.open(folder / _name(caller, token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return token


def kept(services: Services, caller: Caller, token: str) -> bytes:
    """Raises NotFound for another person's, or when the hour is over."""
    if services.settings.data is None:
        raise NotFound
    path = _folder(services) / _name(caller, token[:100])
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def unit_names(world: World) -> dict[str, str]:
    """Folded names -> ids, for suggestions; a name that two units have suggests nothing."""
    found: dict[str, str] = {}
    for unit in world.units.units.values():
        for name in filter(None, (unit.name_vi, unit.short_vi)):
            found[folded(name)] = "" if folded(name) in found else unit.id
    return {name: unit for name, unit in found.items() if unit}


def _file(services: Services, caller: Caller, data: bytes, style: NumberStyle, reason: str, *, dry_run: bool) -> Looked:
    sheet = read_apart(data, style)
    entries, faults = entries_of(sheet.rows, unit_names(world_of(services)))
    signed = _signed(services, caller, FILE, Method.FILE, reason)
    return _send(services, caller, entries, (*sheet.faults, *faults), signed, dry_run=dry_run)


def _signed(services: Services, caller: Caller, system: str, method: Method, reason: str) -> Signed:
    return Signed(system, method, caller.viewer.account, services.clock.now(), reason.strip())


def _send(
    services: Services,
    caller: Caller,
    entries: Sequence[Entry],
    faults: Sequence[CellFault],
    signed: Signed,
    *,
    dry_run: bool,
) -> Looked:
    with services.state.read() as tx:
        prepared = prepare(tx, caller.scope, entries, signed)
    sender = replace(caller.sender, method=signed.method)
    rows = [RowResult(fault.row, "rejected", (_placed(fault),), (fault.code,)) for fault in faults]
    rows += [RowResult(row, "unchanged") for row in prepared.unchanged]
    batches = []
    for start in range(0, len(prepared.items), PART):
        items = prepared.items[start : start + PART]
        batch = batch_of_items(items, signed.system, signed.at)
        receipt = receive(services.state, world_of(services), batch, sender, signed.at, dry_run=dry_run)
        batches.append(receipt.batch_id)
        rows += _results(receipt, prepared, start)
    counts: dict[str, int] = {}
    for one in rows:
        counts[one.result] = counts.get(one.result, 0) + 1
    return Looked(tuple(sorted(rows, key=lambda one: one.row)), counts, () if dry_run else tuple(batches))


def _results(receipt: Receipt, prepared: Prepared, start: int) -> Iterator[RowResult]:
    for item in receipt.body(every=True)["items"]:
        faults: Sequence[dict[str, Any]] = item["faults"]
        texts = tuple(Text(fault["message_vi"], fault["message_en"]) for fault in faults)
        codes = tuple(fault["code"] for fault in faults)
        yield RowResult(prepared.rows[start + item["index"]], item["result"], texts, codes)


def _placed(fault: CellFault) -> Text:
    if not fault.column:
        return fault.text
    return Text(f"{fault.column}: {fault.text.vi}", f"{fault.column}: {fault.text.en}")


def _folder(services: Services) -> Path:
    if services.settings.data is None:
        raise Refused("this system takes no files on its pages", code="SOC-1843", status=503)
    folder = DataDir(services.settings.data).uploads
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _name(caller: Caller, token: str) -> str:
    return f"figures-{sha256(f'{caller.viewer.account}:{token}'.encode()).hexdigest()[:40]}"


def _drop_old(folder: Path, now: datetime) -> None:
    for path in folder.glob("figures-*"):
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)
