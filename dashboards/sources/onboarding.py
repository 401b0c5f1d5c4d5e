"""Connecting a device: where to send, whether anything arrives, and the key of one that posts over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from dashboards.sources.detail import Line, latest
from dashboards.sources.devices import DEVICES, Address, Device, snippet
from dashboards.sources.service import guesses
from soc.access import Right
from soc.fold import fold_marks
from soc.role import RoleName
from soc.state.accounting import LedgerRow
from soc.state.source_table import Source
from soc.state.sources import Seen
from soc.state.tables.sources import SourceState

__all__ = ["DEVICES", "Address", "Device", "address_of", "candidates", "make_key", "progress", "snippet"]

RECENT = timedelta(hours=24)
STEP = timedelta(minutes=30)
"""A sender that was first heard in this time is most likely the one that is being connected."""

CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one sender since the step began: records received, and those that were understood. `had`, `read`: how many
    there were of each before."""

    source: Source
    received: int
    understood: int
    first: Line | None = None
    guess: str = ""
    last: datetime | None = None
    had: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class NewKey:
    """Shown once."""

    source: str
    key: str


def address_of(services: Services) -> Address:
    """Where `receive` listens, as its beat says; the host is that of the pages when the listener takes any."""
    beat = next((beat for beat in services.beats() if beat.role == RoleName.RECEIVE), None)
    pairs = (part.partition("=") for part in beat.address.split()) if beat else ()
    ports = {name: int(port) for name, _, port in pairs if port.isdigit()}
    host = services.settings.intake_host
    if _is_any(host):
        host = urlsplit(services.settings.origin).hostname or host
    return Address(host, ports.get("udp", 0), ports.get("tcp", 0), ports.get("http", 0), _is_loopback(host))


def candidates(services: Services, viewer: Viewer) -> tuple[Progress, ...]:
    """Senders in quarantine, the latest first: one of them is the new device."""
    scope, now = viewer.scope(Right.READ_SOURCES), services.clock.now()
    with services.state.read() as tx:
        seen = tx.sources.seen(scope)
        pending = [one for one in tx.sources.all(scope, states=(SourceState.PENDING,)) if one.id in seen]
        pending.sort(key=lambda one: seen[one.id].last, reverse=True)
        guessed = guesses(tx, scope, now)
        ledger = {row.source: row for row in tx.accounting.ledger(scope, since=now - RECENT)}
    return tuple(_candidate(one, seen[one.id], ledger.get(one.id), guessed, now) for one in pending[:CANDIDATES])


def _candidate(
    source: Source, seen: Seen, row: LedgerRow | None, guessed: Mapping[str, str], now: datetime
) -> Progress:
    """What a sender that is new sent counts for this step; of one that is known longer, what comes from now on."""
    received = row.received if row else 0
    understood = row.events - row.pipeline_errors if row else 0
    before = (received, understood) if now - seen.first > STEP else (0, 0)
    guess = guessed.get(source.id, "")
    return Progress(source, received, understood, None, guess, seen.last, *before)


def progress(services: Services, viewer: Viewer, source_id: str, *, had: int = 0, read: int = 0) -> Progress:
    """How much of a sender's lines was understood beyond what was there before, and one of them. Raises NotFound."""
    scope, now = viewer.scope(Right.READ_SOURCES), services.clock.now()
    with services.state.read() as tx:
        source = tx.sources.get(source_id, scope)
        books = tx.accounting.ledger(scope, since=now - RECENT, source=source_id)
        guess = guesses(tx, scope, now).get(source_id, "")
    first = latest(services, viewer, source_id, failed=False, n=1)
    received = books[0].received if books else 0
    understood = books[0].events - books[0].pipeline_errors if books else 0
    return Progress(
        source,
        max(received - had, 0),
        max(understood - read, 0),
        first[0] if first else None,
        guess,
        had=had,
        read=read,
    )


def make_key(services: Services, viewer: Viewer, name: str, unit: str, *, product: str = "auto") -> NewKey:
    """A source that posts over HTTP, and its key for a year at most. Raises Refused, Invalid."""
    if not viewer.may(Right.MANAGE_SOURCES):
        raise Refused("your roles do not include managing sources")
    known = services.units.get(unit)
    faults = {}
    source_id = re.sub(r"[^a-z0-9]+", "-", fold_marks(name)).strip("-")[:60]
    if not source_id:
        faults["name"] = "a source needs a name"
    if known is None or not viewer.scope(Right.MANAGE_SOURCES).sees(unit) or not known.holds_on(viewer.day):
        faults["unit"] = "no such unit today, or not one of yours"
    if faults:
        raise Invalid(faults)
    now = services.clock.now()
    with services.state.write() as tx:
        if tx.sources.table().get(source_id) is not None:
            raise Invalid({"name": "a source of this name is there already"})
        tx.sources.add(Source(source_id, name.strip(), now, unit=unit, product=product, state=SourceState.ACTIVE))
        key = tx.keys.make(name.strip(), [f"ingest:{source_id}"], by=viewer.account, at=now, unit=unit)
        after = {"unit": unit, "key": key[4:12]}
        tx.audit.append(viewer.actor, "source.add", source_id, at=now, unit=unit, before={}, after=after)
    return NewKey(source_id, key)


def _is_any(host: str) -> bool:
    return host in ("", "0.0.0.0", "::")  # noqa: S104 - compared, not bound


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
