"""A5, its start: in by an open remote desktop door, antivirus off, backups and shadow copies gone, log cleared."""

from __future__ import annotations

from collectors.simulate.attacks.play import Stage
from collectors.simulate.line import Attack, Line
from collectors.simulate.world import Site
from collectors.simulate.writers import fortigate, windows

_SYSTEM = "C:\\Windows\\System32\\"
_COMMANDS = (
    ("net.exe", "net stop MSSQLSERVER /y"),
    ("sc.exe", "sc config VeeamBackupSvc start= disabled"),
    ("vssadmin.exe", "vssadmin.exe delete shadows /all /quiet"),
)


def ransomware_start(stage: Stage) -> Attack:
    """Guesses at one account through 3389, a session, then the preparation on that server."""
    site, attacker = stage.draw.choice(stage.world.fortigates), stage.attacker()
    victim, server = stage.draw.choice(site.people), site.server
    for _ in range(12):
        port = stage.port()
        stage.send(_door(stage, site, attacker, port))
        stage.send(windows.logon_failed(server, stage.wait(1, 3), "administrator", attacker, 3, port))
    stage.send(_door(stage, site, attacker, 50_100))
    stage.send(windows.logon(server, stage.wait(1, 3), victim, attacker, 10, 50_100))
    stage.send(windows.defender_off(server, stage.wait(60, 120)))
    for number, (program, command) in enumerate(_COMMANDS):
        user, parent = windows.account_of(victim), _SYSTEM + "cmd.exe"
        image = _SYSTEM + program
        stage.send(windows.process(server, stage.wait(15, 60), user, image, command, parent, 4_100 + 4 * number))
    stage.send(windows.log_cleared(server, stage.wait(30, 60), victim))
    return stage.done(
        "A5",
        "Ransomware, its start: RDP door, antivirus off, shadow copies",
        units=[site.unit],
        entities={"source.ip": attacker, "host.name": server.full_name},
        must=(
            *("fw_rdp_allowed_from_internet", "win_av_disabled", "win_backup_stopped", "win_shadow_copies_deleted"),
            *("win_log_cleared", "ransom_preparation"),
        ),
        techniques=("T1133", "T1685", "T1489", "T1490", "T1685.005"),
        alerts_at_most=7,
    )


def _door(stage: Stage, site: Site, attacker: str, port: int) -> Line:
    """A connection from outside that the firewall lets through."""
    target, session = (site.server.address, 3389), stage.draw.randrange(10**8)
    return fortigate.traffic(
        site, stage.wait(2, 9), (attacker, port), target, "close", session=session, inbound=True, service="RDP"
    )
