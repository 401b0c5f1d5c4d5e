"""Keeps which catalogue, profile and organisation are in force from when on, so that a past view can name them
(ioc-hub.md 8). The same data again write nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from reports.kpi.world import World
from soc.state.store import State
from soc.state.tables.receipts import Loaded


def note_versions(state: State, world: World, now: datetime) -> None:
    """Each whole, with the digest of its file."""
    documents = {
        Loaded.CATALOGUE: {"version": world.catalogue.version, "digest": world.catalogue.digest},
        Loaded.PROFILE: {"profile": world.profile.id, "digest": world.profile.digest},
        Loaded.UNITS: {"province": world.organisation.province, "digest": world.organisation.digest},
    }
    with state.read() as tx:
        known = {kind: tx.versions.in_force(kind, now) for kind in documents}
    fresh = [kind for kind, found in known.items() if found is None or not _same(found[1], documents[kind])]
    if fresh:
        content = {
            Loaded.CATALOGUE: {"kpis": [asdict(kpi) for kpi in world.catalogue.kpis.values()]},
            Loaded.PROFILE: asdict(world.profile),
            Loaded.UNITS: {
                "units": [asdict(unit) for unit in world.units.units.values()],
                "functions": [asdict(one) for one in world.organisation.functions.values()],
            },
        }
        with state.write() as tx:
            for kind in fresh:
                tx.versions.keep(kind, documents[kind] | {"content": plain(content[kind])}, at=now)


def plain(value: Any) -> Any:
    """As JSON: numbers of figures, times and spans as text, sets in order."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _same(stored: Any, document: dict[str, str]) -> bool:
    return all(stored.get(name) == value for name, value in document.items())
