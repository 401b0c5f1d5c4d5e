"""What of a record is hidden, and from whom (security.md 12): secrets from everybody who looks, personal data from
unit contacts, leaders and auditors. Rules see the original; only what is shown is masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from soc.alert import Alert

PERSONAL = frozenset(
    (
        *("user.name", "user.full_name", "user.email", "user.id", "user.target.name", "user.target.full_name"),
        *("user.effective.name", "user.changes.name", "source.user.name", "source.user.full_name", "source.user.email"),
        *("destination.user.name", "destination.user.email", "client.user.name", "client.user.email", "related.user"),
        *("server.user.name", "host.user.name", "process.user.name", "winlog.user.name", "event.owner"),
        *("email.from.address", "email.to.address", "email.cc.address", "email.bcc.address", "email.sender.address"),
        *("email.reply_to.address", "email.subject"),
    )
)
"""Fields that name a person. Free text holds names too: `event.original` and `message` are masked piece by piece."""

FREE = frozenset({"event.original", "message", "process.command_line", "process.parent.command_line", "url.original"})

EMAIL = re.compile(r"\b([A-Za-z0-9])[A-Za-z0-9._%+-]{0,63}+@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})\b")
PHONE = re.compile(r"(?<![\d.])(?:\+84|0)(?:[ .-]?\d){9}(?![\d.])")
LONGEST = 65_536
SECRETS = (
    ("key", re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{1,8192}?(?:-----END [A-Z ]{0,30}KEY-----|\Z)")),
    ("authorization", re.compile(r"(?i)\b(?:proxy-)?authorization:\s{0,8}(?:\w{1,20}\s{1,4})?([^\s\"']{1,2048}+)")),
    ("cookie", re.compile(r"(?i)\b(?:set-)?cookie:\s{0,8}([^\r\n\"]{1,4096}+)")),
    (
        "password",
        re.compile(
            r"(?i)\b(?:password|passwd|pwd|pass|matkhau|secret|token|api[_-]?key|access[_-]?key)"
            r"\"?\s{0,4}[=:]\s{0,4}\"?([^\s\"'&;,|]{1,1024}+)"
        ),
    ),
    ("password", re.compile(r"(?:^|\s)(?:-p|--password|/p(?:ass(?:word)?)?:)[ =]?([^\s\"'/-][^\s\"']{2,255}+)")),
)
"""Kind -> what is certain enough; the group is the secret itself, without one the whole match is."""

T = TypeVar("T")


def mask_secrets(text: str) -> str:
    """`password=hunter2` becomes `password=[masked:password:7]`. Idempotent."""
    if len(text) < 6:
        return text
    head, rest = text[:LONGEST], text[LONGEST:]
    for kind, pattern in SECRETS:
        head = pattern.sub(lambda found, kind=kind: _hidden(found, kind), head)  # type: ignore[misc]
    return head + rest


def mask_personal(field: str, value: T) -> T:
    """The value of a personal field, or free text, as those see it who may not know whose it is."""
    if isinstance(value, str):
        return _personal(field, value)  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return type(value)(mask_personal(field, one) for one in value)
    return value


def mask_event(event: Mapping[str, Any], *, personal: bool) -> dict[str, Any]:
    """An event for a screen or an answer; `personal` for readers from whom names are hidden as well."""
    return {field: _shown(field, value, personal=personal) for field, value in event.items()}


def mask_alert(alert: Alert, *, personal: bool) -> Alert:
    """The same for everything that an alert carries of its events."""
    return replace(
        alert,
        entities=tuple((field, _shown(field, value, personal=personal)) for field, value in alert.entities),
        matched={field: _shown(field, value, personal=personal) for field, value in alert.matched.items()},
        samples=tuple(mask_event(sample, personal=personal) for sample in alert.samples),
    )


def short(name: str) -> str:
    """`nguyen.van.an` becomes `n***.an`, `an` becomes `a***`: enough to tell two apart, not to know who it is."""
    host, slash, account = name.rpartition("\\")
    local, at, domain = account.partition("@")
    last = local.rpartition(".")[2] if "." in local else ""
    masked = f"{local[:1]}***" + (f".{last}" if last else "")
    return f"{host}{slash}{masked}{at}{domain}" if local else name


def _shown(field: str, value: Any, *, personal: bool) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_shown(field, one, personal=personal) for one in value)
    if not isinstance(value, str):
        return value
    text = mask_secrets(value)
    return _personal(field, text) if personal else text


def _personal(field: str, value: str) -> str:
    if field in PERSONAL:
        return short(value)
    if field in FREE:
        return PHONE.sub("[masked:phone]", EMAIL.sub(r"\1***@\2", value))
    return value


def _hidden(found: re.Match[str], kind: str) -> str:
    if not found.re.groups:
        return f"[masked:{kind}:{len(found[0])}]"
    secret = found[1]
    if secret.startswith("[masked:"):
        return found[0]
    start = found.start(1) - found.start(0)
    return f"{found[0][:start]}[masked:{kind}:{len(secret)}]{found[0][start + len(secret) :]}"
