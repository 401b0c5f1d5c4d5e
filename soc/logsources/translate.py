"""Named value translations of the log-source table: values as one product writes them -> as rules expect them.

Each is given the values of the fields that the table names, ABSENT where a field is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from soc.logsource import ABSENT

Translation = Callable[[tuple[Any, ...]], Any]

NOTHING = (ABSENT, None, "", "-")

# Well-known integrity labels ([MS-DTYP] 2.4.2.4); Sysmon writes the word, Security 4688 the SID.
_INTEGRITY = {
    "S-1-16-0": "Untrusted",
    "S-1-16-4096": "Low",
    "S-1-16-8192": "Medium",
    "S-1-16-8448": "Medium Plus",
    "S-1-16-12288": "High",
    "S-1-16-16384": "System",
    "S-1-16-20480": "Protected",
}

_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "58": "ipv6-icmp"}

# EVTX keeps message codes, rendered exports the words: both are taken.
_OUTBOUND = {"%%14593": "true", "outbound": "true", "%%14592": "false", "inbound": "false"}

_OPERATIONS = {
    "%%1904": "CreateKey",
    "new registry value created": "CreateKey",
    "%%1905": "SetValue",
    "existing registry value modified": "SetValue",
    "%%1906": "DeleteValue",
    "registry value deleted": "DeleteValue",
}

_HIVES = (("\\registry\\machine\\", "HKLM\\"), ("\\registry\\user\\", "HKU\\"))


def account(values: tuple[Any, ...]) -> Any:
    """(target domain, target user, subject domain, subject user) -> DOMAIN\\user; the target where it is named."""
    for domain, user in (values[0:2], values[2:4]):
        if user not in NOTHING:
            return f"{domain}\\{user}" if domain not in NOTHING else str(user)
    return ABSENT


def integrity(values: tuple[Any, ...]) -> Any:
    """A mandatory label as [SID, word]: stock rules use both."""
    label = values[0]
    if label in NOTHING:
        return label
    word = _INTEGRITY.get(str(label))
    return [label, word] if word else label


def protocol(values: tuple[Any, ...]) -> Any:
    """An IP protocol number as its word."""
    return _PROTOCOLS.get(str(values[0]), values[0])


def initiated(values: tuple[Any, ...]) -> Any:
    """The direction of a filtering-platform connection as Sysmon's `Initiated`."""
    return _OUTBOUND.get(str(values[0]).strip().lower(), values[0])


def operation(values: tuple[Any, ...]) -> Any:
    """The operation of Security 4657 as Sysmon's `EventType`."""
    return _OPERATIONS.get(str(values[0]).strip().lower(), values[0])


def registry_path(values: tuple[Any, ...]) -> Any:
    """(key, value name) -> `key\\value`, as the kernel writes it and as Sysmon does (HKLM, HKU)."""
    key, name = values
    if key in NOTHING:
        return ABSENT
    path = f"{key}\\{name}" if name not in NOTHING else str(key)
    for kernel, hive in _HIVES:
        if path.lower().startswith(kernel):
            return [path, hive + path[len(kernel) :]]
    return path


TRANSLATIONS: dict[str, Translation] = {
    "account": account,
    "integrity": integrity,
    "protocol": protocol,
    "initiated": initiated,
    "operation": operation,
    "registry_path": registry_path,
}
