"""The messages of Cisco IOS that are understood, by mnemonic."""

from __future__ import annotations

from collectors.enrich.addresses import mac, put
from collectors.enrich.community import NUMBERS
from collectors.parsers.forms import Form, Found, authentication, configuration, form, host, source
from soc.event import Event

_USER = {"user": "user.name"}
_ENDS = {"list": "rule.name", "protocol": "network.transport", "interface": "observer.ingress.interface.name"}
_PACKET = r"list (?P<list>\S++) (?P<verdict>permitted|denied) "


def _packet(event: Event, found: Found) -> None:
    """Both ends, protocol and verdict of an access list's line."""
    source(event, found)
    put(event, "destination", found.get("to", ""), found.get("to_port", ""))
    denied = found["verdict"] == "denied"
    event["event.action"] = "deny" if denied else "allow"
    event["event.type"] = ["connection", "denied" if denied else "allowed"]
    protocol = found.get("protocol", "").lower()
    if protocol.isdigit():
        event["network.iana_number"] = protocol
        event.pop("network.transport", None)
    elif protocol:
        event["network.transport"] = protocol
        if protocol in NUMBERS:
            event["network.iana_number"] = str(NUMBERS[protocol])
    if (address := mac(found.get("mac", ""))) is not None:
        event["source.mac"] = address
    if (count := found.get("packets", "")[:9]).isdigit():
        event["network.packets"] = int(count)


def _login(event: Event, found: Found) -> None:
    source(event, found)
    put(event, "destination", "", found.get("local_port", ""))


def _interface(event: Event, found: Found) -> None:
    event["event.action"] = f"interface_{found['state'].replace(' ', '_')}"


def _neighbour(event: Event, found: Found) -> None:
    source(event, found)
    event["event.type"] = ["start" if found["state"].lower().startswith("up") else "end"]


def _verdict(event: Event, found: Found) -> None:
    source(event, found)
    good = found["said"].lower().startswith(("succ", "pass", "auth", "log"))
    event["event.outcome"] = "success" if good else "failure"


def _ending(event: Event, found: Found) -> None:
    """`address:port`, as NETCONF's log has it."""
    host, colon, number = found["ip"].rpartition(":")
    put(event, "source", *((host, number) if colon and ":" not in host else (found["ip"], "")))


def _dropped(event: Event, found: Found) -> None:
    _packet(event, {**found, "verdict": "denied"})


_IP_PORT = r"(?P<ip>\d++\.[\d.]++|[0-9A-Fa-f:]++(?=:))(?::(?P<port>\d++))?"
_TO_PORT = r"(?P<to>\d++\.[\d.]++|[0-9A-Fa-f:]++(?=:))(?::(?P<to_port>\d++))?"
_IP = r"(?P<ip>[0-9A-Fa-f.:]++)"
_LIST: Event = {"event.category": ["network"], "event.outcome": "success"}
_LOGIN = (
    r"Login (?:Success|failed) \[user: ?(?P<user>[^\]]*)\] \[Source: (?P<ip>[^\]\s]++)\]"
    r" \[localport: (?P<local_port>\d++)\](?: \[Reason: (?P<why>[^\]]*+)\])?"
)
_LOGIN_FIELDS = {**_USER, "why": "event.reason"}

MESSAGES: dict[str, tuple[Form, ...]] = {
    "IPACCESSLOGP": (
        form(
            _PACKET + r"(?P<protocol>\w++) (?P<ip>[0-9A-Fa-f.:]++)(?:\((?P<port>\d++)\))?"
            r"(?: \((?P<interface>[A-Za-z][\w./-]*+)(?: (?P<mac>[0-9a-f.]{14}))?[^)]*+\))?(?: \([^)]*+\))*+ -> "
            r"(?P<to>[0-9A-Fa-f.:]++)(?:\((?P<to_port>\d++)\))?(?:, (?P<packets>\d++) packets?)?",
            _LIST,
            _ENDS,
            _packet,
        ),
    ),
    "IPACCESSLOGDP": (
        form(
            _PACKET + r"(?P<protocol>\w++) (?P<ip>[0-9A-Fa-f.:]++)(?: \([^)]*+\))*+ -> (?P<to>[0-9A-Fa-f.:]++)"
            r"(?: \((?P<kind>\d++)/(?P<code>\d++)\))?(?:, (?P<packets>\d++) packets?)?",
            _LIST,
            {**_ENDS, "kind": "cisco.ios.icmp_type", "code": "cisco.ios.icmp_code"},
            _packet,
        ),
    ),
    "IPACCESSLOGNP": (
        form(
            _PACKET + r"(?P<protocol>\d++) (?P<ip>[0-9A-Fa-f.:]++) -> (?P<to>[0-9A-Fa-f.:]++)"
            r"(?:, (?P<packets>\d++) packets?)?",
            _LIST,
            {"list": "rule.name"},
            _packet,
        ),
    ),
    "IPACCESSLOGS": (
        form(
            _PACKET + r"(?P<ip>[0-9A-Fa-f.:]++)(?:,? (?P<packets>\d++) packets?)?",
            _LIST,
            {"list": "rule.name"},
            _packet,
        ),
    ),
    "LOGIN_SUCCESS": (form(_LOGIN, authentication("login", "success"), _LOGIN_FIELDS, _login),),
    "LOGIN_FAILED": (form(_LOGIN, authentication("login", "failure"), _LOGIN_FIELDS, _login),),
    "AUTHEN_FAILURE": (
        form(
            r"Authentication failure for (?P<protocol>\w++) req from host (?P<ip>\S++)",
            authentication("snmp_authentication", "failure"),
            {"protocol": "cisco.ios.protocol"},
            source,
        ),
    ),
    "AUTHFAIL": (
        form(
            r"Authentication failure for (?P<protocol>\w++) req from host (?P<ip>\S++)",
            authentication("snmp_authentication", "failure"),
            {"protocol": "cisco.ios.protocol"},
            source,
        ),
    ),
    "QUIET_MODE_ON": (
        form(
            r".*?\[user: ?(?P<user>[^\]]*)\] \[Source: (?P<ip>[^\]\s]++)\]",
            authentication("login_blocked", "failure"),
            _USER,
            source,
        ),
    ),
    "SSH2_USERAUTH": (
        form(
            rf"User '(?P<user>[^']*+)' authentication for SSH2 Session from {_IP}.* (?P<said>Succeeded|Failed)",
            authentication("login", "success"),
            _USER,
            _verdict,
        ),
    ),
    "SSH2_SESSION": (
        form(
            rf"SSH2 Session request from {_IP} .* (?P<said>Succeeded|Failed)",
            {"event.action": "ssh_session", "event.category": ["network"], "event.type": ["connection", "start"]},
            {},
            _verdict,
        ),
    ),
    "INFO_SUCCESS": (
        form(
            rf"(?P<said>Successfully) authenticated user '(?P<user>[^']*+)' from '{_IP}'",
            authentication("login", "success"),
            _USER,
            source,
        ),
    ),
    "INFO_FAILURE": (
        form(
            rf".*?[Ff]ailed.*? user '(?P<user>[^']*+)' from '{_IP}'",
            authentication("login", "failure"),
            _USER,
            source,
        ),
    ),
    "AUTH_PASSED": (
        form(
            rf".*?[Uu]ser '(?P<user>[^']*+)' authenticated successfully from {_IP}",
            authentication("login", "success"),
            _USER,
            _ending,
        ),
    ),
    "SYSTEM_MSG": (
        form(
            rf".*?[Aa]uthentication failed for (?:user|illegal user) (?P<user>\S++) from {_IP}",
            authentication("login", "failure"),
            _USER,
            source,
        ),
        form(
            rf".*?Login failed for user (?P<user>\S++)(?: from {_IP})?",
            authentication("login", "failure"),
            _USER,
            source,
        ),
    ),
    "USER_LOCKED": (form(r"User (?P<user>\S++) locked out", authentication("account_locked", "failure"), _USER),),
    "TTY_EXPIRE_TIMER": (
        form(
            rf".*?\({_IP}\)\), user (?P<user>\S++)",
            {"event.action": "logout", "event.category": ["session"], "event.type": ["end"]},
            _USER,
            source,
        ),
    ),
    "DROP_PKT": (
        form(
            rf"Dropping (?P<protocol>\S++) (?:session|pkt) {_IP_PORT} {_TO_PORT}"
            r"(?: on zone-pair (?P<zones>\S++)(?: class (?P<list>\S++))?)?(?P<verdict>)",
            {**_LIST, "event.type": ["connection", "denied"]},
            {**_ENDS, "zones": "rule.ruleset"},
            _dropped,
        ),
    ),
    "LOGOUT": (
        form(
            r"User (?P<user>\S++) has exited tty session (?P<tty>\d++)\(?(?P<ip>[0-9A-Fa-f.:]++)?\)?",
            {"event.action": "logout", "event.category": ["session"], "event.type": ["end"]},
            {**_USER, "tty": "cisco.ios.line"},
            source,
        ),
    ),
    "INFO_USER_LOGOUT": (
        form(
            r"User '(?P<user>[^']*+)' from '(?P<ip>[^']*+)' logged out on '(?P<tty>[^']*+)'",
            {"event.action": "logout", "event.category": ["session"], "event.type": ["end"]},
            {**_USER, "tty": "cisco.ios.line"},
            source,
        ),
    ),
    "CFGLOG_LOGGEDCMD": (
        form(
            r"User:(?P<user>.*?) +logged command:(?P<command>.*)",
            configuration("command"),
            {**_USER, "command": "process.command_line"},
        ),
    ),
    "PRIV_AUTH_PASS": (
        form(
            rf"Privilege level set to (?P<level>\d++) by (?P<user>\S++)(?: on (?P<tty>\S++))?(?: \({_IP}\))?",
            authentication("privilege", "success"),
            {**_USER, "level": "cisco.ios.privilege", "tty": "cisco.ios.line"},
            source,
        ),
    ),
    "PRIV_AUTH_FAIL": (
        form(
            rf"Authentication to [Pp]rivilege level (?P<level>\d++) failed by (?P<user>\S++)"
            rf"(?: on (?P<tty>\S++))?(?: \({_IP}\))?",
            authentication("privilege", "failure"),
            {**_USER, "level": "cisco.ios.privilege", "tty": "cisco.ios.line"},
            source,
        ),
    ),
    "CONFIG_I": (
        form(
            r"Configured from (?P<from>\S++)(?: by (?:(?:console|vty\d*+|tty\d*+)\b|(?P<user>\S++)))?"
            r"(?: on (?P<tty>\S++))?(?: \((?P<ip>[^)]++)\))?",
            configuration("configured"),
            {**_USER, "from": "cisco.ios.configured_from", "tty": "cisco.ios.line"},
            source,
        ),
    ),
    "LOGGINGHOST_STARTSTOP": (
        form(
            r"Logging to host (?P<to>\S++)(?: [Pp]ort (?P<to_port>\d++))?"
            r" (?P<state>started|stopped)(?: - (?P<why>.*))?",
            configuration("logging_host"),
            {"state": "cisco.ios.state", "why": "event.reason"},
            lambda event, found: put(event, "destination", found["to"], found.get("to_port", "")),
        ),
    ),
    "UPDOWN": (
        form(
            r"(?:Line protocol on )?[Ii]nterface (?P<interface>[^,\s]++), changed state to (?P<state>up|down)",
            host("interface", "change"),
            {"interface": "observer.ingress.interface.name", "state": "cisco.ios.state"},
            _interface,
        ),
    ),
    "CHANGED": (
        form(
            r"Interface (?P<interface>[^,\s]++), changed state to (?P<state>administratively down|up|down)",
            host("interface", "change"),
            {"interface": "observer.ingress.interface.name", "state": "cisco.ios.state"},
            _interface,
        ),
    ),
    "ADJCHANGE": (
        form(
            r"neighbor (?P<ip>[0-9A-Fa-f.:]++)(?: vpn vrf \S++)?(?: \S++)*? (?P<state>Up|Down)(?: (?P<why>.*))?",
            {"event.action": "neighbour", "event.category": ["network"]},
            {"state": "cisco.ios.state", "why": "event.reason"},
            _neighbour,
        ),
    ),
    "RESTART": (form(r"System restarted", host("restart", "start")),),
    "RELOAD": (
        form(
            r"Reload requested(?: by (?P<user>[^\s.]++))?(?: on (?P<tty>[^\s.]++)(?: \((?P<ip>[^)]++)\))?)?"
            r"\.?(?: Reload [Rr]eason: (?P<why>.*))?$",
            host("reload", "end"),
            {**_USER, "tty": "cisco.ios.line", "why": "event.reason"},
            source,
        ),
    ),
}
MESSAGES["ACCESSLOGP"] = MESSAGES["IPACCESSLOGP"]  # IPV6_ACL writes the same lines
MESSAGES["ACCESSLOGDP"] = MESSAGES["IPACCESSLOGDP"]
MESSAGES["ACCESSLOGNP"] = MESSAGES["IPACCESSLOGNP"]
