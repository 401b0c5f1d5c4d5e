"""Where a keyword may stand: the source's own fields, the message, the plain line (sigma-engine.md 1.7).

Field names, enrichment, units and pipeline fields are not searched: a unit's name must not raise an alert.
"""

from __future__ import annotations

from typing import Any

from correlator.language.values import leaves
from soc.event import EventView
from soc.logsource import Accessor, Route

PLAIN = ("message", "soc.overflow")
MOST_NAMES = 4_096  # senders can invent field names
ORIGINAL = "event.original"
_MACHINE = ("{", "[", "<Event")  # JSON and XML hold field names; their values are searched one by one
# What enrichment and the pipeline add to events of sources that have no root of their own.
_OURS = ("soc.", "unit.", "event.", "ecs.", "related.", "labels.", "observer.", "agent.", "log.")
_OUR_KEYS = frozenset({"@timestamp", "tags", "ecs.version", ORIGINAL})
_DERIVED = (".geo.", ".as.", ".asset.", ".registered_domain", ".top_level_domain")


def keyword_reader(route: Route | None) -> Accessor:
    """Event -> the list of all values in which a keyword may stand."""
    roots = tuple(f"{root}." for root in route.root) if route else ()
    open_table = route is not None and not route.tests and not roots

    searched: dict[str, bool] = {}

    def is_searched(name: str) -> bool:
        if len(searched) >= MOST_NAMES:
            searched.clear()
        answer = searched[name] = open_table or name in PLAIN or _is_own(name, roots)
        return answer

    def read(event: EventView) -> Any:
        found: list[Any] = []
        for name, value in event.items():
            known = searched.get(name)
            if (is_searched(name) if known is None else known) or (name == ORIGINAL and _is_plain(value)):
                if type(value) is str:  # nearly every value there is
                    found.append(value)
                else:
                    found.extend(leaves(value))
        return found

    return read


def _is_own(name: str, roots: tuple[str, ...]) -> bool:
    if roots:
        return name.startswith(roots)
    return not name.startswith(_OURS) and name not in _OUR_KEYS and not any(part in name for part in _DERIVED)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and not value.lstrip().startswith(_MACHINE)
