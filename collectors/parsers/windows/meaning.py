"""What an event id means: `ids.yml` compiled to writers that add ECS fields to a flat event.

A target is `field`, converted by its ECS type, or `word(field)` for the words of `WRITERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from collectors.enrich.addresses import NOTHING, address, domain, port, put
from soc.event import Event, timestamp
from soc.fields.table import Kind, table

Write = Callable[[Event, str], None]

NOBODY = "S-1-0-0"
_TARGET = re.compile(r"(?:(\w++)\()?([\w.]++)\)?", re.ASCII)
_OUTBOUND = frozenset({"true", "%%14593", "outbound"})
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "ipv6-icmp"}
_OF_LOGONS = frozenset({"LogonType", "Workstation", "WorkstationName", "TicketOptions", "PreAuthType"})
_HASHES = {"MD5": "hash.md5", "SHA1": "hash.sha1", "SHA256": "hash.sha256", "IMPHASH": "pe.imphash"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One id of one provider. `writers`: names of event data and what writes them, in order."""

    title: str
    kind: str
    category: tuple[str, ...]
    type: tuple[str, ...]
    outcome: str
    action: str
    writers: tuple[tuple[str, Write], ...]


@cache
def meanings() -> Mapping[tuple[str, str], Meaning]:
    """(provider folded, id) -> meaning; id '0' for ids that are not listed, provider '' for providers that are not."""
    text = files("collectors.parsers.windows").joinpath("ids.yml").read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    compiled = {name: _compile(entries) for name, entries in document["maps"].items()}
    return {
        (provider.lower(), str(number)): _meaning(entry, compiled)
        for provider, entries in document["providers"].items()
        for number, entry in entries.items()
    }


def meaning_of(provider: str, number: str, data: Mapping[str, Any]) -> Meaning:
    """The meaning of an id; for an unlisted one the identity facts alone. What looks like a logon is read as one:
    its target is who acts, and the subject only the service that let him in."""
    known = meanings()
    name = provider.lower()
    listed = known.get((name, number))
    if listed is None and "TargetUserName" in data and _is_logon(data):
        listed = known.get((name, "logon"))
    return listed or known.get((name, "0")) or known["", "0"]


def _is_logon(data: Mapping[str, Any]) -> bool:
    return not _OF_LOGONS.isdisjoint(data) or ("IpAddress" in data and "SubjectUserName" not in data)


def add(event: Event, meaning: Meaning, data: Mapping[str, Any]) -> None:
    """Writes the ECS fields of the event's own data; a field that is set stays."""
    for name, write in meaning.writers:
        value = data.get(name)
        if value and value not in NOTHING and type(value) is str:
            write(event, value)


def _meaning(entry: Mapping[str, Any], compiled: Mapping[str, tuple[tuple[str, Write], ...]]) -> Meaning:
    writers = tuple(writer for used in entry.get("use", ()) for writer in compiled[used])
    return Meaning(
        entry["title"],
        entry.get("kind", "event"),
        tuple(entry["category"]),
        tuple(entry["type"]),
        entry.get("outcome", ""),
        entry.get("action", ""),
        writers,
    )


def _compile(entries: Mapping[str, str]) -> tuple[tuple[str, Write], ...]:
    return tuple((name, _writer(target)) for name, target in entries.items())


def _writer(target: str) -> Write:
    found = _TARGET.fullmatch(target)
    if found is None:
        raise ValueError(f"ids.yml: '{target}' is no target")
    word, name = found.groups()
    if word:
        return WRITERS[word](name)
    spec = table().fields.get(name)
    if name.endswith(".id") and name.split(".")[0] in ("user", "group"):
        return _sid(name)
    if name.endswith(".port"):
        return _port(name)
    if name.endswith(".executable") or name in ("dll.path", "file.path"):
        return _path(name)
    if spec is not None and spec.kind is Kind.INTEGER:
        return _integer(name)
    if name.endswith(".domain") and name.split(".")[0] in ("source", "destination"):
        return _host(name)
    return _text(name)


def _text(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        event.setdefault(name, value)

    return write


def _sid(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        if value != NOBODY:
            event.setdefault(name, value)

    return write


def _integer(name: str) -> Write:
    """Decimal or hex; what is neither stays in the vendor tree alone, and so does process 0 (`none`)."""

    def write(event: Event, value: str) -> None:
        try:
            number = int(value, 16) if value[:2] in ("0x", "0X") else int(value)
        except ValueError:
            return
        if number or not name.endswith(".pid"):
            event.setdefault(name, number)

    return write


def _port(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        number = port(value)
        if number is not None:
            event.setdefault(name, number)

    return write


def _host(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        event.setdefault(name, domain(value.lstrip("\\")))

    return write


def _address(side: str) -> Write:
    def write(event: Event, value: str) -> None:
        # `LOCAL` is Terminal Services' word for the console.
        if value != "LOCAL" and f"{side}.address" not in event:
            put(event, side, value)

    return write


def _path(name: str) -> Write:
    """A path and, where ECS has it, the name at its end. Windows paths; Sysmon for Linux has slashes."""
    parent = name.rsplit(".", 1)[0]
    extension = "file.extension" if name == "file.path" else ""

    def write(event: Event, value: str) -> None:
        if name in event:
            return
        event[name] = value
        leaf = value[max(value.rfind("\\"), value.rfind("/")) + 1 :]
        if leaf:
            event.setdefault(f"{parent}.name", leaf)
        dot = leaf.rfind(".") if extension else -1
        if dot > 0:
            event.setdefault(extension, leaf[dot + 1 :].lower())

    return write


def _account(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        owner, slash, account = value.partition("\\")
        event.setdefault(f"{name}.name", account if slash else value)
        if slash and owner:
            event.setdefault(f"{name}.domain", owner)

    return write


def _distinguished(name: str) -> Write:
    """The common name of an LDAP name: `CN=An,OU=...` -> `An`."""

    def write(event: Event, value: str) -> None:
        first = value.split(",", 1)[0]
        event.setdefault(f"{name}.name", first[3:] if first[:3].upper() == "CN=" else value)

    return write


def _hashes(name: str) -> Write:
    """`MD5=...,SHA256=...` or one bare hash."""

    def write(event: Event, value: str) -> None:
        for part in value.split(","):
            kind, _, digest = part.partition("=")
            target = _HASHES.get(kind.strip().upper())
            if target and digest and digest.strip("0"):
                event.setdefault(f"{name}.{target}", digest.lower())

    return write


def _bool(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        event.setdefault(name, value.lower() == "true")

    return write


def _lower(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        event.setdefault(name, value.rstrip(".").lower())

    return write


def _direction(name: str) -> Write:
    """Sysmon's `Initiated`, or the filtering platform's direction as code or word."""

    def write(event: Event, value: str) -> None:
        event.setdefault(name, "egress" if value.lower() in _OUTBOUND else "ingress")

    return write


def _protocol(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        event.setdefault(f"{name}.iana_number", value)
        if value in _PROTOCOLS:
            event.setdefault(f"{name}.transport", _PROTOCOLS[value])

    return write


def _strings(name: str) -> Write:
    def write(event: Event, value: str) -> None:
        event.setdefault(name, [value])

    return write


def _registry(name: str) -> Write:
    r"""`HKLM\SOFTWARE\...\Run\Updater` -> path, hive, key, value."""

    def write(event: Event, value: str) -> None:
        event.setdefault(f"{name}.path", value)
        path = value.removeprefix("\\REGISTRY\\").removeprefix("\\")
        hive, _, key = path.partition("\\")
        event.setdefault(f"{name}.hive", {"MACHINE": "HKLM", "USER": "HKU"}.get(hive.upper(), hive))
        if key:
            event.setdefault(f"{name}.key", key)
        leaf = key.rpartition("\\")[2]
        if leaf and not value.startswith("\\REGISTRY"):
            event.setdefault(f"{name}.value", leaf)

    return write


def _answers(name: str) -> Write:
    """`type:  5 a.example;::ffff:192.0.2.1;` -> the addresses among the answers."""

    def write(event: Event, value: str) -> None:
        found = [canonical for part in value.split(";") if (canonical := address(part.strip())) is not None]
        if found:
            event.setdefault(f"{name}.resolved_ip", list(dict.fromkeys(found)))

    return write


def _threat(name: str) -> Write:
    """Defender's `file:_C:\\x.exe; process:_pid:4,...` -> the first file."""

    def write(event: Event, value: str) -> None:
        for part in value.split(";"):
            kind, mark, path = part.strip().partition(":_")
            if mark and kind in ("file", "containerfile"):
                _path(f"{name}.path")(event, path)
                return

    return write


def _time(name: str) -> Write:
    """Sysmon's UTC times."""

    def write(event: Event, value: str) -> None:
        try:
            event.setdefault(name, timestamp(datetime.fromisoformat(value).replace(tzinfo=UTC)))
        except ValueError:
            return

    return write


WRITERS: dict[str, Callable[[str], Write]] = {
    "account": _account,
    "address": _address,
    "answers": _answers,
    "bool": _bool,
    "direction": _direction,
    "distinguished": _distinguished,
    "hashes": _hashes,
    "lower": _lower,
    "protocol": _protocol,
    "registry": _registry,
    "strings": _strings,
    "threat": _threat,
    "time": _time,
}
