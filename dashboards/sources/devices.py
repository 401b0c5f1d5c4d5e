"""The devices that can be connected, and what to paste there; only what our parsers understand."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from dashboards.shell.i18n import N_
from soc.state.tables.sources import SourceClass

GROUPS = {
    "network": N_("Firewalls, routers, switches"),
    "server": N_("Servers and workstations"),
    "web": N_("Web servers"),
    "sensor": N_("Sensors"),
    "other": N_("Anything else"),
}
TRANSPORTS = {"udp": N_("syslog over UDP"), "tcp": N_("syslog over TCP"), "http": N_("HTTP with a key")}


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of the first step. `product`: the parser its lines want; `language`: of the text to paste."""

    id: str
    name: str
    group: str
    transport: str
    product: str
    kind: SourceClass
    where: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where a device reaches us. Port 0: that door is shut. `local`: only this machine is listened to."""

    host: str
    udp: int = 0
    tcp: int = 0
    http: int = 0
    local: bool = False

    def port(self, transport: str) -> int:
        return {"udp": self.udp, "tcp": self.tcp, "http": self.http}[transport]


_C = SourceClass
_SHELL = N_("as root, in a new file")
_LOGS = N_("in its log settings")

DEVICES = {
    one.id: one
    for one in (
        Device("fortigate", "FortiGate", "network", "udp", "fortigate", _C.FIREWALL, N_("in its command line (CLI)")),
        Device("mikrotik", "MikroTik RouterOS", "network", "udp", "mikrotik", _C.FIREWALL, N_("in its terminal")),
        Device("cisco-ios", "Cisco IOS, IOS XE", "network", "udp", "cisco_ios", _C.FIREWALL, N_("in configure mode")),
        Device("cef", N_("Device that speaks CEF"), "network", "udp", "cef", _C.FIREWALL, _LOGS),
        Device("leef", N_("Device that speaks LEEF"), "network", "udp", "leef", _C.FIREWALL, _LOGS),
        Device("linux", "Linux (rsyslog)", "server", "tcp", "linux", _C.SERVER, _SHELL),
        Device(
            "netfilter", N_("Linux firewall (iptables, nftables)"), "network", "tcp", "netfilter", _C.FIREWALL, _SHELL
        ),
        Device("nxlog", "Windows (NXLog)", "server", "tcp", "windows", _C.SERVER, N_("in nxlog.conf")),
        Device("winlogbeat", "Windows (Winlogbeat, Logstash)", "server", "http", "windows", _C.SERVER, N_("two files")),
        Device("nginx", "nginx", "web", "udp", "nginx", _C.SERVER, N_("in the section http of nginx.conf")),
        Device("apache", "Apache httpd", "web", "tcp", "apache", _C.SERVER, _SHELL),
        Device("suricata", "Suricata (EVE)", "sensor", "tcp", "suricata", _C.SENSOR, _SHELL),
        Device("http", N_("Program that posts JSON lines"), "other", "http", "json", _C.APPLICATION, N_("in a shell")),
        Device(
            "syslog", N_("Anything that speaks syslog"), "other", "udp", "auto", _C.OTHER, N_("in its log settings")
        ),
    )
}


def snippet(device: Device, address: Address, *, source: str = "SOURCE", key: str = "KEY") -> str:
    """The text to paste, with our address in it."""
    text = files("dashboards.sources").joinpath("snippets", f"{device.id}.txt").read_text("utf-8")
    values = {"host": address.host, "port": address.port(device.transport), "source": source, "key": key}
    return Template(text).substitute(values)
