"""One's own questions beside the ones that come with the product: two lists, so that an update touches no own one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.hunt.asked import Asked
from dashboards.services import Services
from soc.errors import StateError

PAGE = "hunt"


@dataclass(frozen=True, slots=True)
class Saved:
    """`mine`: it can be deleted; others share theirs."""

    id: str
    name: str
    href: str
    q: str
    mine: bool


def saved(services: Services, viewer: Viewer) -> tuple[Saved, ...]:
    """Own ones first."""
    with services.state.read() as tx:
        found = tx.views.seen_by(viewer.account, PAGE)
    return tuple(
        Saved(
            one.id, one.name, f"/hunt?{one.query}", dict(parse_qsl(one.query)).get("q", ""), one.owner == viewer.account
        )
        for one in found
    )


def keep(services: Services, viewer: Viewer, name: str, asked: Asked, *, shared: bool = False) -> None:
    """A question of that name is replaced. Raises Invalid."""
    query = urlencode(asked.parameters())
    try:
        with services.state.write() as tx:
            tx.views.save(viewer.account, PAGE, name, query, at=services.clock.now(), shared=shared)
    except StateError as error:
        if error.code != "SOC-1607":
            raise
        raise Invalid({"name": error.message}) from error


def drop(services: Services, viewer: Viewer, saved_id: str) -> None:
    """Only one's own. Raises NotFound."""
    with services.state.write() as tx:
        tx.views.delete(viewer.account, saved_id)
