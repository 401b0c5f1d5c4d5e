"""Everything of the hub in the contract's own form: NDJSON, the schema, and a manifest of hashes (ioc-hub.md 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from reports.kpi import schema
from reports.kpi.noting import plain
from reports.kpi.world import World
from reports.kpi.writing import known_item
from soc.access import Scope
from soc.state.findings import WantedFindings
from soc.state.observation_rows import Wanted
from soc.state.store import State, Tx
from soc.state.types import canonical

PAGE = 1_000
MOST = 10_000_000


def export(state: State, world: World, scope: Scope, folder: Path) -> dict[str, str]:
    """Writes the files into `folder`; answers name -> SHA-256, which the manifest holds too. The same data again give
    the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    digests = {"kpi-contract-1.json": _write(folder / "kpi-contract-1.json", iter([schema.shipped()]))}
    for name, lines in _FILES.items():
        with state.read() as tx:
            digests[name] = _write(folder / name, lines(tx, world, scope))
    manifest = {"contract": "kpi-contract/1", "catalogue": world.catalogue.version, "profile": world.profile.id}
    _write(folder / "manifest.json", iter([canonical(manifest | {"sha256": digests}) + b"\n"]))
    return digests


def _write(path: Path, lines: Iterator[bytes]) -> str:
    digest = sha256()
    with path.open("wb") as file:
        for line in lines:
            digest.update(line)
            file.write(line)
    return digest.hexdigest()


def _observations(tx: Tx, world: World, scope: Scope) -> Iterator[bytes]:
    """Every revision in the order of storing; what is held stands in `held.ndjson`."""
    after = 0
    while found := tx.observations.page(scope, Wanted(), after=after, limit=PAGE):
        yield from (_line(known_item(known)) for known in found)
        after = found[-1].seq
    after = 0
    while found := tx.observations.page(scope, Wanted(forecast=True), after=after, limit=PAGE):
        yield from (_line(known_item(known)) for known in found)
        after = found[-1].seq


def _held(tx: Tx, world: World, scope: Scope) -> Iterator[bytes]:
    for hold in tx.observations.held(scope, open_only=False, limit=MOST):
        told: dict[str, Any] = {"codes": list(hold.codes), "answer": hold.answer, "answered_at": hold.answered_at}
        told |= {"reason": hold.reason, "confirm_before": hold.confirm_before}
        yield _line(known_item(hold.known) | {"hold": told})


def _receipts(tx: Tx, world: World, scope: Scope) -> Iterator[bytes]:
    found = tx.receipts.page(scope, limit=MOST)
    yield from (_line(asdict(one)) for one in sorted(found, key=lambda one: (one.at, one.batch_id)))


def _findings(tx: Tx, world: World, scope: Scope) -> Iterator[bytes]:
    found = tx.findings.page(scope, WantedFindings(open_only=False, limit=MOST))
    for one in sorted(found, key=lambda one: one.id):
        yield _line(asdict(one) | {"history": [asdict(line) for line in tx.findings.history(one.id, scope)]})


def _units(tx: Tx, world: World, scope: Scope) -> Iterator[bytes]:
    yield from (_line(asdict(unit)) for unit in world.units.units.values())


def _kpis(tx: Tx, world: World, scope: Scope) -> Iterator[bytes]:
    for kpi in world.catalogue.kpis.values():
        yield _line(plain(asdict(kpi)))


def _line(value: Any) -> bytes:
    return canonical(value) + b"\n"


_FILES: dict[str, Callable[[Tx, World, Scope], Iterator[bytes]]] = {
    "kpis.ndjson": _kpis,
    "units.ndjson": _units,
    "observations.ndjson": _observations,
    "held.ndjson": _held,
    "receipts.ndjson": _receipts,
    "findings.ndjson": _findings,
}
