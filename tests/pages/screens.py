"""Every page there is, in a state worth looking at: one line a page. The walk of test_access_rules.py reads this table.

A page of another feature adds its line here, and to `SHOTS` in tools/screenshots.py. `{names}` are filled by `screens`.
"""

from __future__ import annotations

from tests.pages.province import OWN_RULE, a_closed_alert, a_job
from tests.unit.dashboards.life import Life

SCREENS = (
    "/alerts?view=open",
    "/alerts?view=mine",
    "/alerts?view=storm&open=alert-storm3",
    "/alerts?view=open&level=informational",
    "/alerts?view=open&unit=so-tai-chinh&age=24h&tactic=initial-access",
    "/alerts?view=closed",
    "/alerts/alert-vpn",
    "/alerts/alert-scan",
    "/alerts/{closed}",
    "/alerts/alert-vpn?done=take",
    "/alerts/alert-vpn/context",
    "/alerts/alert-vpn/tree",
    "/alerts/alert-vpn/elsewhere",
    "/alerts/alert-vpn/unseen",
    "/alerts/alert-vpn/packets",
    "/alerts/bulk?level=high",
    "/alerts/bulk?level=medium&action=assign",
    "/jobs",
    "/jobs/undo",
    "/jobs/{job}",
    "/hunt",
    "/hunt?q=user.name:*&since=now-1h&until=now&unit=",
    "/hunt?q=usr.name:an+and+source.ip:10.0.0.0/33",
    "/hunt?q=user.name:*&by=user.name,host.name",
    "/entities",
    "/entities/user/hai.nv",
    "/entities/host/khong-co",
    "/search?q=hai",
    "/sources",
    "/sources?state=live&of=so-tai-chinh&q=tuong",
    "/sources/fw",
    "/sources/new",
    "/sources/new/fortigate",
    "/sources/new/http",
    "/sources/new/fortigate/wait",
    "/sources/new/fortigate/wait?source=fw&had=1&read=1",
    "/sources/new/fortigate/adopt/fw",
    "/health",
    "/rules",
    "/rules?level=high&fired=1&q=vpn",
    "/rules/{rule}",
    "/registers/incidents",
    "/registers/incidents?state=open&severity=serious&q=ma",
    "/registers/incidents/entry",
    "/registers/incidents/entry?alert=alert-vpn",
    "/registers/incidents/file",
    "/registers/incidents/incident-1?move=report",
    "/registers/systems",
    "/registers/systems?level=2",
    "/registers/systems/ht-1",
    "/registers/systems/entry?id=ht-1",
    "/registers/sources/entry",
    "/registers/weaknesses",
    "/registers/external",
    "/registers/endpoints/entry",
    "/figures/held",
    "/figures/findings?show=all",
    "/figures/upload?unit=so-tai-chinh",
    "/figures/form?unit=so-tai-chinh&subsystem=documents_tasks&kind=day&day=2026-11-23",
    "/tiles",
    "/posture",
    "/posture/so-tai-chinh",
    "/reports",
    "/team",
    "/unit",
    "/late",
    "/start",
    "/start/calendar",
    "/import",
    "/import/file1",
    "/api",
    "/account",
    "/account/password",
    "/account/factor",
    "/step-up",
    "/admin/people",
    "/admin/people/new",
    "/admin/people/bao.lq",
    "/admin/sessions",
    "/admin/keys",
    "/admin/audit",
    "/admin/review",
    "/unmask?alert=alert-vpn",
    "/unmaskings",
    "/sign-in",
    "/set-up/none",
    "/set-up/{first}",
    "/set-up/{demo}",
    "/offline",
    "/nothing-here",
    # Last: whoever opens it is locked.
    "/lock",
)


def screens(life: Life) -> list[str]:
    """The table with the addresses that are made up at run time."""
    now = life.clock.now()
    with life.state.write() as tx:
        first = tx.links.make(at=now)
        demo = tx.links.make(at=now, account="keeper")
    names = {"first": first, "demo": demo, "job": a_job(life), "closed": a_closed_alert(life), "rule": OWN_RULE}
    return [path.format(**names) for path in SCREENS]
