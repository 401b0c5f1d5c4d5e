"""What cannot be checked now: sources that have gone silent, and the rules that are blind for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from soc.access import Right
from soc.watch import Standing, Watched, watched


@dataclass(frozen=True, slots=True)
class SilentSource:
    """One source and how long it has said nothing."""

    id: str
    name: str
    unit: str
    quiet: timedelta


@dataclass(frozen=True, slots=True)
class Silence:
    """`sources`: the silent ones, longest first; `heard`: that any source is live; `blind`: rules that cannot see in
    some unit for it, None where nobody knows."""

    sources: tuple[SilentSource, ...]
    heard: bool
    blind: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.sources)


def silence(services: Services, viewer: Viewer) -> Silence:
    """Of the sources of the viewer's units; a sender that nobody approved is not counted on."""
    scope = viewer.scope(Right.READ_SOURCES)
    with services.state.read() as tx:
        found = watched(tx, scope, services.clock.now())
    known = services.board.known() if services.board else None
    silent = sorted((one for one in found if one.standing is Standing.SILENT), key=_longest)
    return Silence(
        tuple(SilentSource(o.source.id, o.source.name, o.source.unit, o.quiet or timedelta(0)) for o in silent),
        any(one.standing in (Standing.LIVE, Standing.LATE) for one in found),
        len(known.blind(scope)) if known else None,
    )


def _longest(one: Watched) -> timedelta:
    return -(one.quiet or timedelta(0))
