"""A1: passwords are sprayed on the VPN, one fits, servers are reached through the tunnel."""

from __future__ import annotations

from collectors.simulate.attacks.play import Stage
from collectors.simulate.line import Attack
from collectors.simulate.writers import fortigate, windows

TRIED = 14
REACHED = 6


def vpn_spray(stage: Stage) -> Attack:
    """One or two guesses an account in about six minutes, a success, then six servers."""
    site, attacker = stage.world.centre, stage.attacker()
    staff = [person for other in stage.world.sites for person in other.people]
    people = stage.draw.sample(staff, min(TRIED, len(staff)))
    for person in people:
        for _ in range(stage.draw.randint(1, 2)):
            stage.send(fortigate.vpn_failed(site, stage.wait(8, 20), person.account, attacker))
    victim = people[stage.draw.randrange(len(people))]
    inside = str(site.network.network_address + 61)
    stage.send(
        fortigate.vpn_up(site, stage.wait(30, 60), victim.account, attacker, inside, stage.draw.randrange(10**9))
    )
    for server in stage.world.servers[:REACHED]:
        stage.send(windows.logon(server, stage.wait(40, 120), victim, inside, 3, stage.port()))
    return stage.done(
        "A1",
        "VPN password spray, success, servers reached",
        units=[site.unit],
        entities={"source.ip": attacker, "user.name": victim.account},
        must=("spray_many_users", "guess_then_success", "lateral_many_hosts"),
        techniques=("T1110.003", "T1078", "T1021"),
        alerts_at_most=4,
    )
