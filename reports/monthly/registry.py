"""Every query by name and version, and what `report verify` must know of each."""

from __future__ import annotations

from collections.abc import Mapping

from reports.monthly import posture_queries, queries
from reports.monthly.figures import Read
from reports.monthly.queries import Query, Source

KEYS: Mapping[str, int] = {
    "events@1": 3,
    "source_hours@1": 3,
    "givers@1": 2,
    "reports_owed@1": 4,
    "endpoints@1": 2,
    "botnet@1": 3,
    "posture@1": 1,
    "posture_lost@1": 2,
    "posture_reasons@1": 2,
}
"""How many columns, from the left, name a row; one for all others. The columns behind them are what is known of it."""

EXPIRING = frozenset({"events@1", "sources@1", "source_hours@1"})
"""Read from counts by hour: they have no known time and need not be kept for ever."""

GOING_ON: Mapping[str, frozenset[str]] = {
    "alerts@1": frozenset({
        *("level", "status", "verdict", "ack", "resolve", "ack_minutes", "resolve_minutes", "reopened"),
    }),
    "open_alerts@1": frozenset({"level", "status", "overdue"}),
    "incidents@1": frozenset({"state", "contained", "closed", "punctual", "hours_to_contain"}),
    "open_incidents@1": frozenset({"state", "contained", "closed", "punctual", "hours_to_contain"}),
    "reports_owed@1": frozenset({"standing"}),
}  # fmt: skip
"""Columns in which life goes on after `as_of`: what happens there later makes nothing untrue that was said then."""

REPLACED = frozenset({"endpoints@1", "botnet@1", "givers@1"})
"""Whose store keeps the newest value alone: an earlier one is then known from the package only."""

QUERIES: Mapping[str, Query] = {
    "alerts@1": queries.alerts,
    "open_alerts@1": queries.open_alerts,
    "events@1": queries.events,
    "sources@1": queries.sources,
    "source_hours@1": queries.source_hours,
    "givers@1": queries.givers,
    "incidents@1": queries.incidents,
    "open_incidents@1": queries.open_incidents,
    "reports_owed@1": queries.reports_owed,
    "systems@1": queries.systems,
    "endpoints@1": queries.endpoints,
    "botnet@1": queries.botnet,
    "posture@1": posture_queries.posture,
    "posture_lost@1": posture_queries.posture_lost,
    "posture_reasons@1": posture_queries.posture_reasons,
}


def reader(source: Source) -> Read:
    """Runs a query by its name and version. Raises KeyError for one that this program does not know."""
    return lambda asked: QUERIES[asked.query](source, asked)
