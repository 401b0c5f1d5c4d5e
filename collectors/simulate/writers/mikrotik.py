"""MikroTik RouterOS 7 over syslog with a BSD header and topics (RouterOS documentation, Log)."""

from __future__ import annotations

from datetime import datetime

from collectors.simulate.line import Line
from collectors.simulate.world import Site
from collectors.simulate.writers.times import bsd_time
from soc.raw import Transport


def mikrotik(site: Site, at: datetime, topics: str, text: str, *, priority: int = 30) -> Line:
    """One line of the router of a site."""
    data = f"<{priority}>{bsd_time(at)} {site.router.name} {topics} {text}".encode()
    return Line(at, site.router.name, Transport.UDP, site.router.address, data, "mikrotik")


def login_failed(site: Site, at: datetime, user: str, remote: str, way: str) -> Line:
    """A login to the router was refused."""
    text = f"login failure for user {user} from {remote} via {way}"
    return mikrotik(site, at, "system,error,critical", text, priority=26)


def logged_in(site: Site, at: datetime, user: str, remote: str, way: str) -> Line:
    """Somebody logged in to the router."""
    return mikrotik(site, at, "system,info,account", f"user {user} logged in from {remote} via {way}")


def logged_out(site: Site, at: datetime, user: str, remote: str, way: str) -> Line:
    """Somebody left the router."""
    return mikrotik(site, at, "system,info,account", f"user {user} logged out from {remote} via {way}")


def changed(site: Site, at: datetime, what: str, user: str) -> Line:
    """Something in the configuration changed; `what` as RouterOS words it, `static dns entry added`."""
    return mikrotik(site, at, "system,info", f"{what} by {user}")


def forwarded(site: Site, at: datetime, source: tuple[str, int], destination: tuple[str, int], mac: str) -> Line:
    """A new connection, logged by a forward rule."""
    text = (
        f"forward: in:bridge out:ether1, connection-state:new src-mac {mac}, proto TCP (SYN), "
        f"{source[0]}:{source[1]}->{destination[0]}:{destination[1]}, len 52"
    )
    return mikrotik(site, at, "firewall,info", text)


def dropped(site: Site, at: datetime, source: tuple[str, int], port: int) -> Line:
    """A connection from outside to the router itself, dropped by the input chain."""
    text = (
        f"drop input: in:ether1 out:(unknown 0), connection-state:new src-mac 02:00:5e:10:00:01, proto TCP (SYN), "
        f"{source[0]}:{source[1]}->{site.router.address}:{port}, len 40"
    )
    return mikrotik(site, at, "firewall,info", text)


def leased(site: Site, at: datetime, address: str, mac: str) -> Line:
    """The DHCP server of the router gave an address."""
    return mikrotik(site, at, "dhcp,info", f"dhcp-lan assigned {address} for {mac}")
