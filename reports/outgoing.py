"""What the SOC may tell the centre: the allow-list and the last guard of its outbox (ioc-hub.md 16). Pure.

Anything that is not on the list is stopped here, and would be refused again by the receiver.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.kpi.secrecy import is_state_secret, leaks

SUBSYSTEM = "cyber_security"
ALLOWED: Mapping[str, frozenset[str]] = {
    "sec_posture_score": frozenset(),
    "alerts_open_by_severity": frozenset({"severity"}),
    "alert_ack_sla_rate": frozenset({"severity"}),
    "alert_resolve_sla_rate": frozenset({"severity"}),
    "mtta_median": frozenset(),
    "mttr_median": frozenset(),
    "log_source_coverage": frozenset(),
    "log_source_silent": frozenset(),
    "incidents_open": frozenset({"severity", "category"}),
    "incident_reports_due": frozenset({"severity"}),
    "units_attention": frozenset(),
    "botnet_addresses": frozenset(),
}
"""KPI -> dimensions that may go out. `rule`, hosts, accounts and addresses never do."""

FIELDS = frozenset(
    (
        *("observation_id", "kpi_id", "definition_version", "unit_id", "dimensions", "period", "cumulative", "value"),
        *("numerator", "denominator", "status", "revision", "supersedes", "restatement", "reason", "provenance"),
        *("quality", "sensitivity"),
    )
)
FREE = ("reason", "quality", "restatement", "provenance")
"""Fields whose texts are not taken from a closed list."""

WORD = re.compile(r"[\w.$@\\-]+")


@dataclass(frozen=True, slots=True)
class Stopped:
    """An item that must not leave. `why`: what is wrong with it, without saying what it held."""

    kpi: str
    unit: str
    why: tuple[str, ...]


def sift(
    items: Sequence[Mapping[str, Any]], *, units: Collection[str], known: Collection[str] = ()
) -> tuple[list[Mapping[str, Any]], list[Stopped]]:
    """What may go, and what is stopped. `known`: names of assets and accounts, in lower case."""
    passed: list[Mapping[str, Any]] = []
    stopped: list[Stopped] = []
    for item in items:
        why = tuple(_faults(item, units, known))
        if why:
            kpi, unit = str(item.get("kpi_id")), str(item.get("unit_id"))
            stopped.append(Stopped(kpi if kpi in ALLOWED else "?", unit if unit in units else "?", why))
        else:
            passed.append(item)
    return passed, stopped


def _faults(item: Mapping[str, Any], units: Collection[str], known: Collection[str]) -> Iterator[str]:
    allowed = ALLOWED.get(str(item.get("kpi_id")))
    if allowed is None:
        yield "kpi"
        allowed = frozenset()
    if not set(item.get("dimensions") or {}) <= allowed:
        yield "dimension"
    if not set(item) <= FIELDS:
        yield "field"
    if item.get("unit_id") not in units:
        yield "unit"
    texts = list(texts_of(item))
    if is_state_secret(texts):
        yield "state_secret"
    # Instants have colons like addresses of version 6; they stand in fields that hold nothing else.
    plain = [text for text in texts if not _INSTANT.fullmatch(text) and text != item.get("observation_id")]
    yield from leaks(plain)
    free = texts_of({name: item[name] for name in FREE if name in item})
    if any(word.lower() in known for text in free for word in WORD.findall(text)):
        yield "known_name"


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")


def texts_of(value: Any) -> Iterator[str]:
    """Every text in it, names of fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield str(name)
            yield from texts_of(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts_of(one)
