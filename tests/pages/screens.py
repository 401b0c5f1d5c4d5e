"""Every page there is, in a state worth looking at: one line a page. All walks of axe and the policy read this table.

A page of another feature adds its line here, and to `SHOTS` in tools/screenshots.py.
"""

from __future__ import annotations

from tests.unit.dashboards.life import Life

SCREENS = (
    "/alerts?view=open",
    "/alerts?view=mine",
    "/alerts?view=open&open=alert-vpn",
    "/alerts?view=open&level=informational",
    "/alerts?view=open&unit=so-tai-chinh&age=24h&tactic=initial-access",
    "/alerts?view=closed",
    "/alerts/alert-vpn",
    "/alerts/alert-scan",
    "/alerts/alert-vpn?done=take",
    "/alerts/alert-vpn/context",
    "/alerts/alert-vpn/elsewhere",
    "/alerts/alert-vpn/unseen",
    "/sources",
    "/health",
    "/sign-in",
    "/set-up/none",
    "/offline",
    "/nothing-here",
)


def screens(life: Life) -> list[str]:
    """The table, and the pages whose address is a secret."""
    with life.state.write() as tx:
        first = tx.links.make(at=life.clock.now())
        demo = tx.links.make(at=life.clock.now(), account="an.nt")
    return [*SCREENS, f"/set-up/{first}", f"/set-up/{demo}"]
