"""A7: a firewall is taken through its management page, logging goes off, a VPN user is made and used."""

from __future__ import annotations

from collectors.simulate.attacks.play import Stage
from collectors.simulate.line import Attack
from collectors.simulate.writers import fortigate

CONSOLE = "jsconsole(127.0.0.1)"


def firewall_taken(stage: Stage) -> Attack:
    """A loopback console adds an administrator, who then works as he likes."""
    site, attacker = stage.draw.choice(stage.world.fortigates), stage.attacker()
    admin, guest = f"support{stage.draw.randint(1, 9)}", f"vpnsvc{stage.draw.randint(1, 9)}"
    web = f"https({attacker})"

    def change(user: str, ui: str, action: str, path: str, obj: str, attr: str) -> None:
        stage.send(fortigate.config_changed(site, stage.wait(10, 40), user, ui, action, path, obj, attr))

    change("admin", CONSOLE, "Add", "system.admin", admin, "accprofile[super_admin]vdom[root]")
    stage.send(fortigate.admin_login(site, stage.wait(60, 120), admin, attacker))
    change(admin, web, "Edit", "firewall.policy", "7", "logtraffic[all->disable]")
    change(admin, web, "Add", "user.local", guest, "type[password]")
    change(admin, web, "Edit", "user.group", "VPN-CanBo", f"member[VPN-CanBo->VPN-CanBo {guest}]")
    inside = str(site.network.network_address + 62)
    stage.send(fortigate.vpn_up(site, stage.wait(60, 120), guest, attacker, inside, stage.draw.randrange(10**9)))
    change(admin, web, "Edit", "log.syslogd2.setting", "", "status[enable->disable]")
    return stage.done(
        "A7",
        "Firewall taken, logging off, VPN user made",
        units=[site.unit],
        entities={"observer.name": site.router.name, "source.ip": attacker, "user.name": admin},
        must=(
            *("fgt_console_admin_change", "fw_admin_added", "fw_admin_login_internet", "fgt_logging_off"),
            "fgt_local_user_added",
        ),
        techniques=("T1190", "T1136.001", "T1685"),
        alerts_at_most=6,
    )
