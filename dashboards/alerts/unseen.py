"""What could not be checked around an alert: silent sources, filters without their field, pieces that are gone."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.access.viewer import Viewer
from dashboards.alerts.context import silences
from dashboards.alerts.rhythm import Gap
from dashboards.services import Services
from soc.access import Right
from soc.alert import Alert


@dataclass(frozen=True, slots=True)
class Unseen:
    """`weak`: fields that a filter of the rule wanted and the log lacks. `no_store`: events cannot be asked here.
    `unknown_unit`: nobody knows whose machine it is. `blind`: titles of rules that cannot see in its unit now."""

    gaps: tuple[Gap, ...] = ()
    weak: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    no_store: bool = False
    unknown_unit: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.gaps or self.weak or self.blind or self.no_store or self.unknown_unit)


def unseen(services: Services, viewer: Viewer, alert: Alert, language: str = "en") -> Unseen:
    """Within fifteen minutes of the alert; what rules see is told of now."""
    return Unseen(
        gaps=silences(services, viewer, alert),
        weak=alert.weak_filter,
        blind=_blind(services, viewer, alert, language),
        no_store=services.events is None,
        unknown_unit=services.units.get(alert.unit) is None,
    )


def _blind(services: Services, viewer: Viewer, alert: Alert, language: str) -> tuple[str, ...]:
    known = services.board.known() if services.board else None
    if known is None:
        return ()
    here = [row for row in known.blind(viewer.scope(Right.READ_EVENTS)) if alert.unit in row.blind_in]
    return tuple((row.card.title_vi if language == "vi" else "") or row.card.title for row in here)
