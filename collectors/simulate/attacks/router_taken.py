"""A8: the password of a MikroTik is guessed; a script, a proxy and other DNS servers are set."""

from __future__ import annotations

from collectors.simulate.attacks.play import Stage
from collectors.simulate.line import Attack
from collectors.simulate.writers import mikrotik

GUESSES = 25


def router_taken(stage: Stage) -> Attack:
    """25 guesses in about three minutes, a login, four changes. RouterOS 7 names the session that changes."""
    site, attacker = stage.draw.choice(stage.world.mikrotiks), stage.attacker()
    for number in range(GUESSES):
        way = "ssh" if number % 3 else "winbox"
        stage.send(mikrotik.login_failed(site, stage.wait(4, 9), "admin", attacker, way))
    stage.send(mikrotik.logged_in(site, stage.wait(4, 9), "admin", attacker, "winbox"))
    session = f"winbox-3.41/tcp-msg(winbox):admin@{attacker}"
    for what in (
        "new script added",
        "new script scheduled",
        "socks config changed",
        "dns changed",
        "static dns entry added",
    ):
        stage.send(mikrotik.changed(site, stage.wait(10, 40), what, session))
    stage.send(mikrotik.logged_out(site, stage.wait(10, 40), "admin", attacker, "winbox"))
    return stage.done(
        "A8",
        "MikroTik taken: guess, script, proxy, DNS",
        units=[site.unit],
        entities={"observer.name": site.router.name, "source.ip": attacker},
        must=(
            *("mt_login_guess", "mt_login_from_internet", "mt_scheduler_or_script", "mt_socks_proxy_on"),
            *("mt_dns_changed", "router_takeover"),
        ),
        techniques=("T1110.001", "T1133", "T1053", "T1090", "T1557", "T1584.008"),
        alerts_at_most=8,
    )
