"""What of a record is hidden, and from whom (security.md 12): secrets from everybody who looks, personal data from
unit contacts, leaders and auditors. Rules see the original; only what is shown is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from soc.access import Eyes, Scope
from soc.alert import Alert, Hit

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
"""Fields that name a person. Any other text may hold the same names, so it is masked piece by piece."""

EMAIL = re.compile(r"\b([A-Za-z0-9])[A-Za-z0-9._%+-]{0,63}+@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})\b")
PHONE = re.compile(r"(?<![\w.])(?:\+84|0)(?:[ .-]?\d){9}(?![\w.])")
FOLDER = re.compile(r"(?i)([\\/](?:users|home|profiles)[\\/])(?!public\b|default\b)([^\\/\s\"':;,]{1,64}+)")
SHORTEST_NAME = 3
"""Shorter names would be found inside of other words."""

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


def mask_secrets(text: str) -> str:
    """`password=hunter2` becomes `password=[masked:password:7]`. Idempotent."""
    if len(text) < 6 or not _may_hold_secrets(text.casefold()):
        return text
    head, rest = text[:LONGEST], text[LONGEST:]
    for kind, pattern in SECRETS:
        head = pattern.sub(lambda found, kind=kind: _hidden(found, kind), head)  # type: ignore[misc]
    return head + rest


def mask_text(text: str) -> str:
    """Free text, such as a note, for those from whom people's names are hidden."""
    return _without_addresses(text)


def mask_event(event: Mapping[str, Any], *, personal: bool, secrets: bool = True) -> dict[str, Any]:
    """An event for a screen or an answer; `personal` for readers from whom names are hidden as well."""
    names = names_in([event.items()]) if personal else None
    return {field: _shown(field, value, names, secrets=secrets) for field, value in event.items()}


def mask_value(field: str, value: str, *, names: Mapping[str, str] | None, secrets: bool = True) -> str:
    """One value alone, such as a group of a count. `names`: of people that it may tell; None: they are not hidden."""
    shown: str = _shown(field, value, names, secrets=secrets)
    return shown


def seen_event(event: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    """The event as the eyes of that scope see it."""
    if scope.eyes is None:
        return dict(event)
    unit = str(event.get("unit.id", ""))
    return mask_event(event, personal=not scope.eyes.see_names(unit), secrets=unit not in scope.eyes.bare)


def seen_alert(alert: Alert, scope: Scope) -> Alert:
    """The same for everything that an alert carries of its events."""
    return alert if scope.eyes is None else _seen(alert, alert.samples, scope.eyes, "samples")


def seen_hit(hit: Hit, scope: Scope) -> Hit:
    return hit if scope.eyes is None else _seen(hit, hit.events, scope.eyes, "events")


def short(name: str) -> str:
    """`nguyen.van.an` becomes `n***.an`, `an` becomes `a***`: enough to tell two apart, not to know who it is."""
    host, slash, account = name.rpartition("\\")
    local, at, domain = account.partition("@")
    last = local.rpartition(".")[2] if "." in local else ""
    masked = f"{local[:1]}***" + (f".{last}" if last else "")
    return f"{host}{slash}{masked}{at}{domain}" if local else name


T = TypeVar("T", Alert, Hit)


def _seen(one: T, events: tuple[dict[str, Any], ...], eyes: Eyes, place: str) -> T:
    """Names that any of its parts tells are hidden in all of them."""
    secrets = one.unit not in eyes.bare
    personal = not eyes.see_names(one.unit)
    if not personal and not secrets:
        return one
    group = one.correlation.group if one.correlation else ()
    told = [one.entities, one.matched.items(), group, *(event.items() for event in events)]
    names = names_in(told) if personal else None
    changes: dict[str, Any] = {
        "entities": tuple((field, _shown(field, value, names, secrets=secrets)) for field, value in one.entities),
        "matched": {field: _shown(field, value, names, secrets=secrets) for field, value in one.matched.items()},
        place: tuple(
            {field: _shown(field, value, names, secrets=secrets) for field, value in event.items()} for event in events
        ),
    }
    if one.correlation is not None:
        shown = tuple((field, _shown(field, value, names, secrets=secrets)) for field, value in group)
        changes["correlation"] = replace(one.correlation, group=shown)
    return replace(one, **changes)


def names_in(parts: Iterable[Iterable[tuple[str, Any]]]) -> dict[str, str]:
    """Spelling -> what stands for it, longest first."""
    found: dict[str, str] = {}
    for field, value in (pair for part in parts for pair in part):
        if field not in PERSONAL:
            continue
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str) and len(text) >= SHORTEST_NAME:
                name = text.rpartition("\\")[2]
                found |= {text: short(text), name: short(name)}
    return {name: found[name] for name in sorted(found, key=len, reverse=True) if len(name) >= SHORTEST_NAME}


def _shown(field: str, value: Any, names: Mapping[str, str] | None, *, secrets: bool) -> Any:
    """`names` None: people are named to this reader."""
    if isinstance(value, list | tuple):
        return type(value)(_shown(field, one, names, secrets=secrets) for one in value)
    if isinstance(value, Mapping):
        return {key: _shown(f"{field}.{key}", one, names, secrets=secrets) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    text = mask_secrets(value) if secrets else value
    if names is None:
        return text
    return short(text) if field in PERSONAL else _personal(field, text, names)


def _personal(field: str, text: str, names: Mapping[str, str]) -> str:
    if field == "unit.id" or field == "event.id" or field == "@timestamp":
        return text
    for name, instead in names.items():
        if name in text:
            text = text.replace(name, instead)
    return _without_addresses(text)


def _without_addresses(text: str) -> str:
    if "@" in text:
        text = EMAIL.sub(r"\1***@\2", text)
    if "\\" in text or "/" in text:
        text = FOLDER.sub(lambda found: found[1] + short(found[2]), text)
    return PHONE.sub("[masked:phone]", text) if len(text) >= 10 else text


def _may_hold_secrets(folded: str) -> bool:
    """Cheap, for the many values that hold none."""
    return any(sign in folded for sign in _SIGNS)


_SIGNS = ("pass", "pwd", "matkhau", "secret", "token", "key", "authorization", "cookie", "-p", "/p")


def _hidden(found: re.Match[str], kind: str) -> str:
    if not found.re.groups:
        return f"[masked:{kind}:{len(found[0])}]"
    secret = found[1]
    if secret.startswith("[masked:"):
        return found[0]
    start = found.start(1) - found.start(0)
    return f"{found[0][:start]}[masked:{kind}:{len(secret)}]{found[0][start + len(secret) :]}"
