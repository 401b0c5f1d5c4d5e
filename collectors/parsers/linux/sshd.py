"""OpenSSH's server (auth.c, sshd.c, packet.c), and dropbear's few words for the same.

The user's name is what the other side typed: it may hold blanks and a whole forged tail, so the greedy run up to
the last ` from ` is what tells the truth.
"""

from __future__ import annotations

import re

from collectors.enrich.addresses import put
from collectors.parsers.forms import Found, authentication, form, network, read_forms, session, source
from soc.event import Event

_TAIL = r"from (?P<ip>\S++)(?: port (?P<port>\d++))?"
_WHO = r"(?:(?P<state>invalid user|authenticating user|user) (?P<user>.*) )?(?P<ip>\S++) port (?P<port>\d++)"
_USER = {"user": "user.name"}
_LOGIN = {"user": "user.name", "method": "linux.sshd.method"}


def _known(event: Event, found: Found) -> None:
    source(event, found)
    event["network.transport"] = "tcp"
    event["network.protocol"] = "ssh"
    if found.get("state") == "invalid user":
        event["linux.sshd.invalid_user"] = True
    if key := found.get("key"):
        kind, _, rest = key.partition(" ")
        event["linux.sshd.key_type"] = kind
        event["linux.sshd.signature"] = rest.partition(" ")[0]


def _invalid(event: Event, found: Found) -> None:
    _known(event, found)
    event["linux.sshd.invalid_user"] = True


def _server(event: Event, found: Found) -> None:
    _known(event, found)
    put(event, "destination", found.get("to_ip", ""), found.get("to_port", ""))


_FORMS = (
    form(
        rf"Accepted (?P<method>\S++) for (?P<user>.*) {_TAIL}(?: ssh2)?(?:: (?P<key>.*))?",
        authentication("ssh_login", "success"),
        _LOGIN,
        _known,
        "Accepted ",
    ),
    form(
        rf"Failed (?P<method>\S++) for (?:(?P<state>invalid user) )?(?P<user>.*) {_TAIL}(?: ssh2)?(?:: (?P<key>.*))?$",
        authentication("ssh_login", "failure"),
        _LOGIN,
        _known,
        "Failed ",
    ),
    form(
        rf"(?:[Ii]nvalid|[Ii]llegal) user (?:(?P<user>.*) )?{_TAIL}$",
        authentication("ssh_invalid_user", "failure"),
        _USER,
        _invalid,
        ("Invalid user", "Illegal user", "invalid user"),
    ),
    form(
        rf"(?:error: )?maximum authentication attempts exceeded for (?:(?P<state>invalid user) )?(?P<user>.*) {_TAIL}",
        authentication("ssh_too_many_attempts", "failure"),
        _USER,
        _known,
        ("error: maximum", "maximum"),
    ),
    form(
        r"User (?P<user>.*) from (?P<ip>\S++) not allowed because (?P<why>.*)",
        authentication("ssh_not_allowed", "failure"),
        {**_USER, "why": "event.reason"},
        _known,
        "User ",
    ),
    form(
        r"(?:error: )?PAM: (?P<why>.*) for (?:(?P<state>illegal user|invalid user) )?(?P<user>\S++) from (?P<ip>\S++)",
        authentication("ssh_pam", "failure"),
        {**_USER, "why": "event.reason"},
        _known,
        ("error: PAM: ", "PAM: "),
    ),
    form(
        r"(?:fatal: |error: )?Access denied for user (?P<user>\S++) by PAM account configuration",
        authentication("ssh_not_allowed", "failure"),
        _USER,
        starts=("fatal: Access denied", "error: Access denied", "Access denied"),
    ),
    form(
        r"ROOT LOGIN REFUSED FROM (?P<ip>\S++)(?: port (?P<port>\d++))?",
        {**authentication("ssh_not_allowed", "failure"), "user.name": "root"},
        {},
        _known,
        "ROOT LOGIN REFUSED",
    ),
    form(
        rf"Postponed (?P<method>\S++) for (?:(?P<state>invalid user) )?(?P<user>.*) {_TAIL}",
        network("ssh_postponed", ["info"]),
        _LOGIN,
        _known,
        "Postponed ",
    ),
    form(
        rf"Starting session: (?P<what>.*) for (?P<user>\S++) {_TAIL}",
        session("ssh_session_start", "start"),
        {**_USER, "what": "linux.sshd.session"},
        _known,
        "Starting session",
    ),
    form(
        rf"Close session: user (?P<user>.*) {_TAIL}",
        session("ssh_session_end", "end"),
        _USER,
        _known,
        "Close session",
    ),
    form(
        r"subsystem request for (?P<what>\S++)(?: by user (?P<user>\S++))?",
        session("ssh_subsystem", "info"),
        {**_USER, "what": "linux.sshd.session"},
        _known,
        "subsystem request",
    ),
    form(
        r"Connection from (?P<ip>\S++) port (?P<port>\d++)(?: on (?P<to_ip>\S++) port (?P<to_port>\d++))?",
        network("ssh_connect", ["connection", "start"]),
        {},
        _server,
        "Connection from",
    ),
    form(
        r"Disconnecting: Too many authentication failures(?: for (?:(?P<state>invalid user) )?(?P<user>\S++))?",
        authentication("ssh_too_many_attempts", "failure"),
        _USER,
        _known,
        "Disconnecting: Too many",
    ),
    form(
        rf"(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting:?) {_WHO}(?P<rest>.*)",
        network("ssh_disconnect", ["connection", "end"]),
        _USER,
        _known,
        ("Connection closed", "Connection reset", "Disconnect"),
    ),
    form(
        # Before OpenSSH 7 no port was named.
        r"(?:Connection (?:closed|reset) by|Disconnected from) (?P<ip>[0-9A-Fa-f.:]++)$",
        network("ssh_disconnect", ["connection", "end"]),
        {},
        _known,
        ("Connection closed", "Connection reset", "Disconnected"),
    ),
    form(
        r"(?:error: )?Received disconnect from (?P<ip>[^\s:]++(?::[^\s:]*+)*?)(?: port (?P<port>\d++))?:"
        r"\s*+(?P<code>\d++): ?(?P<why>.*)",
        network("ssh_disconnect", ["connection", "end"]),
        {"why": "event.reason"},
        _known,
        ("Received disconnect", "error: Received disconnect"),
    ),
    form(
        # What the other side sent is quoted before its address.
        r"Bad protocol version identification (?P<why>.*) from (?P<ip>\S++)(?: port (?P<port>\d++))?$",
        network("ssh_probe", ["connection", "end"]),
        {"why": "event.reason"},
        _known,
        "Bad protocol",
    ),
    form(
        r"(?:error: |fatal: )?(?:Did not receive identification string from|Timeout before authentication for(?! conn)"
        r"|ssh_dispatch_run_fatal: Connection from|Unable to negotiate with|banner exchange: Connection from)"
        r" (?P<ip>\S++)(?: port (?P<port>\d++))?(?:: (?P<why>.*))?",
        network("ssh_probe", ["connection", "end"]),
        {"why": "event.reason"},
        _known,
    ),
    form(
        r"(?:fatal: )?Timeout before authentication for connection from (?P<ip>\S++) to (?P<to_ip>[^\s,]++)",
        network("ssh_probe", ["connection", "end"]),
        {},
        _server,
    ),
    form(
        r"(?:drop|exited) connection(?: #\d++)? from \[(?P<ip>[^\]\s]++)\]:(?P<port>\d++)"
        r" on \[(?P<to_ip>[^\]\s]++)\]:(?P<to_port>\d++) (?P<why>.*)",
        network("ssh_dropped", ["connection", "denied"]),
        {"why": "event.reason"},
        _server,
        ("drop connection", "exited connection"),
    ),
    form(
        r"Address (?P<ip>\S++) maps to (?P<name>[^\s,]++), but",
        network("ssh_reverse_mapping", ["info"]),
        {"name": "source.domain"},
        _known,
        "Address ",
    ),
    form(
        r"(?:error: )?kex_exchange_identification: (?P<why>.*)",
        network("ssh_probe", ["connection", "end"]),
        {"why": "event.reason"},
        starts=("error: kex", "kex"),
    ),
    form(
        r"reverse mapping checking getaddrinfo for (?P<name>\S++) \[(?P<ip>[^\]\s]++)\] failed",
        network("ssh_reverse_mapping", ["info"]),
        {"name": "source.domain"},
        _known,
        "reverse mapping",
    ),
    form(
        r"(?:Password auth|Pubkey auth) succeeded for '(?P<user>[^']*+)'.* from (?P<ip>\S+):(?P<port>\d++)$",
        authentication("ssh_login", "success"),
        _USER,
        _known,
        ("Password auth", "Pubkey auth"),
    ),
    form(
        r"(?:Bad password attempt for '(?P<user>[^']*+)'|Login attempt for nonexistent user).*"
        r" from (?P<ip>\S+):(?P<port>\d++)$",
        authentication("ssh_login", "failure"),
        _USER,
        _known,
        ("Bad password", "Login attempt"),
    ),
)

# A message of a kind not known above still tells who and from where.
_ADDRESS = re.compile(
    r"\b(?:from|with|by|for)(?: host)? \[?(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{2,40}[0-9A-Fa-f])\]?"
    r"(?: port (?P<port>\d++))?"
)
_NAME = re.compile(r"\buser (?P<user>[^\s:,;]++)")


def read(text: str) -> Event:
    """What an sshd message says; of an unknown one the addresses and users that can be seen in it."""
    text = text.removesuffix(" [preauth]")
    event = read_forms(_FORMS, text)
    if event is not None:
        return event
    event = {}
    if (match := _ADDRESS.search(text)) is not None:
        source(event, {"ip": match["ip"], "port": match["port"] or ""})
        if "source.ip" not in event:
            event.clear()
    if (match := _NAME.search(text)) is not None:
        event["user.name"] = match["user"]
    return event
