"""PAM modules (Linux-PAM), whichever program carries them: `pam_unix(sshd:auth): authentication failure; ...`."""

from __future__ import annotations

import re

from collectors.enrich.addresses import put
from collectors.parsers.forms import Found, account, authentication, form, read_forms, session
from soc.event import Event

_HEAD = re.compile(r"(?P<module>pam_\w++)\((?P<service>[^:()\s]++):(?P<stage>\w++)\): (?P<text>.*)", re.DOTALL)
_MORE = re.compile(r"PAM (?P<count>\d++) more authentication failures?; (?P<keys>.*)")
_KEY = re.compile(r"(?P<key>logname|uid|euid|tty|ruser|rhost|user)=(?P<value>\S*+)")
_USER = {"user": "user.name"}


def _keys(event: Event, found: Found) -> None:
    """`logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root`; empty ones say nothing."""
    for match in _KEY.finditer(found.get("keys", "")):
        if match["value"]:
            event[f"linux.pam.{match['key']}"] = match["value"]
    # An unknown name is only in `ruser`.
    asked, asking = event.get("linux.pam.user"), event.get("linux.pam.ruser")
    if asked and asking and asked != asking and "linux.pam.rhost" not in event:
        event["user.name"], event["user.target.name"] = asking, asked  # su: one local user wants to be another
    elif user := asked or asking:
        event["user.name"] = user
    put(event, "source", event.get("linux.pam.rhost", ""))


def _target(event: Event, found: Found) -> None:
    if user := found.get("by"):
        event["user.name"] = user
    if target := found.get("target"):
        event["user.target.name"] = target


_FORMS = (
    form(
        r"authentication failure; (?P<keys>.*)",
        authentication("pam_authentication", "failure"),
        {},
        _keys,
        "authentication failure",
    ),
    form(
        r"authentication success; (?P<keys>.*)",
        authentication("pam_authentication", "success"),
        {},
        _keys,
        "authentication success",
    ),
    form(
        r"session opened for user (?P<user>[^\s(]++)(?:\(uid=(?P<uid>\d++)\))?"
        r" by (?P<by>[^\s(]++)?(?:\(uid=(?P<by_uid>\d++)\))?",
        session("pam_session", "start"),
        {**_USER, "uid": "user.id", "by": "linux.pam.by", "by_uid": "linux.pam.by_uid"},
        starts="session opened",
    ),
    form(
        r"session closed for user (?P<user>\S++)",
        session("pam_session", "end"),
        _USER,
        starts="session closed",
    ),
    form(r"check pass; user unknown", authentication("pam_unknown_user", "failure"), starts="check pass"),
    form(
        r"password changed for (?P<target>\S++)",
        account("password_change", ["user", "change"]),
        {},
        _target,
        "password changed",
    ),
    form(
        r"Consecutive login failures for user (?P<user>\S++) account temporarily locked",
        authentication("account_locked", "failure"),
        _USER,
        starts="Consecutive",
    ),
    form(
        r"user (?P<user>\S++) \((?P<uid>\d++)\) tally (?P<tally>\d++), deny (?P<deny>\d++)",
        authentication("account_locked", "failure"),
        {**_USER, "uid": "user.id"},
        starts="user ",
    ),
    form(
        r"account (?P<user>\S++) has expired \((?P<why>[^)]*+)\)",
        authentication("account_expired", "failure"),
        {**_USER, "why": "event.reason"},
        starts="account ",
    ),
    form(
        r"expired password for user (?P<user>\S++)(?: \((?P<why>[^)]*+)\))?",
        authentication("password_expired", "failure"),
        {**_USER, "why": "event.reason"},
        starts="expired password",
    ),
    form(
        r"received for user (?P<user>[^\s:]++): (?P<code>\d++) \((?P<why>[^)]*+)\)",
        authentication("pam_authentication", "failure"),
        {**_USER, "why": "event.reason"},
        starts="received for user",
    ),
    form(
        r"requirement .* (?:not|was) met by user \"(?P<user>[^\"]*+)\"",
        authentication("pam_requirement", "failure"),
        _USER,
        starts="requirement",
    ),
    form(
        r"password check failed for user \((?P<user>[^)]*+)\)",
        authentication("pam_authentication", "failure"),
        _USER,
        starts="password check",
    ),
)


def read(text: str) -> Event | None:
    """What a PAM line says; None when the text is no PAM line."""
    if (more := _MORE.match(text)) is not None:
        event = authentication("pam_authentication", "failure")
        event["linux.pam.more_failures"] = int(more["count"][:9])
        _keys(event, {"keys": more["keys"]})
        return event
    head = _HEAD.match(text)
    if head is None:
        return None
    event = read_forms(_FORMS, head["text"]) or {}
    event["linux.pam.module"] = head["module"]
    event["linux.pam.service"] = head["service"]
    event["linux.pam.stage"] = head["stage"]
    return event
