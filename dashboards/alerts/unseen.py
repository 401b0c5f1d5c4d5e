"""What could not be checked around an alert: silent sources, filters without their field, pieces that are gone."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.access.viewer import Viewer
from dashboards.alerts.context import silences
from dashboards.alerts.rhythm import Gap
from dashboards.services import Services
from soc.alert import Alert


@dataclass(frozen=True, slots=True)
class Unseen:
    """`weak`: fields that a filter of the rule wanted and the log lacks. `no_store`: events cannot be asked here.
    `unknown_unit`: nobody knows whose machine it is."""

    gaps: tuple[Gap, ...] = ()
    weak: tuple[str, ...] = ()
    no_store: bool = False
    unknown_unit: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.gaps or self.weak or self.no_store or self.unknown_unit)


def unseen(services: Services, viewer: Viewer, alert: Alert) -> Unseen:
    """Within fifteen minutes of the alert."""
    return Unseen(
        gaps=silences(services, viewer, alert),
        weak=alert.weak_filter,
        no_store=services.events is None,
        unknown_unit=services.units.get(alert.unit) is None,
    )
