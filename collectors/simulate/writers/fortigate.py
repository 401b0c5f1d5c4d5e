"""FortiGate over syslog: key=value, quoted texts, local time with `tz` (FortiOS 7.4 log reference)."""

from __future__ import annotations

from datetime import datetime

from collectors.parser import PROVINCE_ZONE
from collectors.simulate.line import Line
from collectors.simulate.world import Site
from soc.raw import Transport

_UNQUOTED = frozenset(  # FortiOS quotes texts, not numbers and addresses
    (
        *("srcip", "srcport", "dstip", "dstport", "proto", "sessionid", "policyid", "duration", "sentbyte", "rcvdbyte"),
        *("sentpkt", "rcvdpkt", "remip", "tunnelip", "tunnelid", "cfgtid"),
    )
)


_WAN, _LAN = ("wan1", "wan"), ("internal", "lan")


def fortigate(
    site: Site, at: datetime, logid: str, kind: str, subtype: str, level: str, fields: dict[str, str]
) -> Line:
    """One line of the firewall of a site; `fields` in the order in which they are written."""
    local = at.astimezone(PROVINCE_ZONE)
    nanos = int(at.timestamp()) * 1_000_000_000 + at.microsecond * 1_000
    head = (
        f'<189>date={local:%Y-%m-%d} time={local:%H:%M:%S} devname="{site.router.name}" devid="{site.serial}" '
        f'eventtime={nanos} tz="+0700" logid="{logid}" type="{kind}" subtype="{subtype}" level="{level}" vd="root" '
    )
    body = " ".join(f"{key}={value}" if key in _UNQUOTED else f'{key}="{value}"' for key, value in fields.items())
    return Line(at, site.router.name, Transport.UDP, site.router.address, (head + body).encode(), "fortigate")


def traffic(
    site: Site,
    at: datetime,
    source: tuple[str, int],
    destination: tuple[str, int],
    action: str,
    *,
    session: int,
    inbound: bool = False,
    sent: int = 0,
    received: int = 0,
    duration: int = 1,
    transport: int = 6,
    service: str = "HTTPS",
) -> Line:
    """A session in the forward traffic log."""
    (outside, outside_role), (inside, inside_role) = (_WAN, _LAN) if inbound else (_LAN, _WAN)
    fields = {
        "srcip": source[0],
        "srcport": str(source[1]),
        "srcintf": outside,
        "srcintfrole": outside_role,
        "dstip": destination[0],
        "dstport": str(destination[1]),
        "dstintf": inside,
        "dstintfrole": inside_role,
        "sessionid": str(session),
        "proto": str(transport),
        "action": action,
        "policyid": "0" if action == "deny" else "7",
        "policytype": "policy",
        "service": service,
        "trandisp": "noop",
        "duration": str(duration),
        "sentbyte": str(sent),
        "rcvdbyte": str(received),
        "sentpkt": str(sent // 700),
        "rcvdpkt": str(received // 900),
    }
    return fortigate(site, at, "0000000013", "traffic", "forward", "notice", fields)


def vpn_failed(site: Site, at: datetime, user: str, remote: str) -> Line:
    """The SSL VPN refused a login."""
    fields = {
        "logdesc": "SSL VPN login fail",
        "action": "ssl-login-fail",
        "tunneltype": "ssl-web",
        "tunnelid": "0",
        "remip": remote,
        "user": user,
        "group": "N/A",
        "dst_host": "N/A",
        "reason": "sslvpn_login_permission_denied",
        "msg": "SSL user failed to logged in",
    }
    return fortigate(site, at, "0101039426", "event", "vpn", "alert", fields)


def vpn_up(site: Site, at: datetime, user: str, remote: str, inside: str, tunnel: int) -> Line:
    """A tunnel of the SSL VPN is up."""
    fields = {
        "logdesc": "SSL VPN tunnel up",
        "action": "tunnel-up",
        "tunneltype": "ssl-tunnel",
        "tunnelid": str(tunnel),
        "remip": remote,
        "tunnelip": inside,
        "user": user,
        "group": "VPN-CanBo",
        "dst_host": "N/A",
        "reason": "tunnel established",
        "msg": "SSL tunnel established",
    }
    return fortigate(site, at, "0101039947", "event", "vpn", "information", fields)


def admin_login(site: Site, at: datetime, user: str, remote: str) -> Line:
    """An administrator logged in to the management page."""
    fields = {
        "logdesc": "Admin login successful",
        "sn": str(int(at.timestamp())),
        "user": user,
        "ui": f"https({remote})",
        "method": "https",
        "srcip": remote,
        "dstip": site.router.address,
        "action": "login",
        "status": "success",
        "reason": "none",
        "profile": "super_admin",
        "msg": f"Administrator {user} logged in successfully from https({remote})",
    }
    return fortigate(site, at, "0100032001", "event", "system", "information", fields)


def config_changed(site: Site, at: datetime, user: str, ui: str, action: str, path: str, obj: str, attr: str) -> Line:
    """An object of the configuration was added, edited or deleted."""
    fields = {
        "logdesc": "Object attribute configured" if obj else "Attribute configured",
        "user": user,
        "ui": ui,
        "action": action,
        "cfgtid": str(int(at.timestamp()) % 10_000_000),
        "cfgpath": path,
        **({"cfgobj": obj} if obj else {}),
        "cfgattr": attr,
        "msg": f"{action} {path} {obj}".strip(),
    }
    return fortigate(site, at, "0100044547" if obj else "0100044546", "event", "system", "information", fields)
