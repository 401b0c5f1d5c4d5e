"""`/metrics` for Prometheus: one collector over beats and state, asked anew at each scrape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.responses import Response

from dashboards.access.policy_reports import reports_of
from dashboards.access.program import BEARER, SeenOrKey
from dashboards.access.session import address_of
from dashboards.services import Services
from dashboards.shell.render import services_of
from soc import __version__
from soc.access import SYSTEM, Right, Scope
from soc.state.accounting import LedgerRow
from soc.state.keys import METRICS_READ
from soc.watch import Standing, Watched, watched

router = APIRouter(include_in_schema=False)
CONTENT = "text/plain; version=0.0.4; charset=utf-8"
DEAREST = 20
LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MetricsReader:
    """A key of scope metrics:read, or a person who may see sources; with the setting a program of this machine."""

    def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
    ) -> Scope:
        local = services_of(request).settings.metrics_local and address_of(request) in LOOPBACK
        if local and "authorization" not in request.headers:
            return SYSTEM
        return SeenOrKey(Right.READ_SOURCES, METRICS_READ)(request, given).scope(Right.READ_SOURCES)


@router.get("/metrics")
def metrics(request: Request, scope: Annotated[Scope, Depends(MetricsReader())]) -> Response:
    registry = CollectorRegistry()
    registry.register(SocCollector(services_of(request), scope, reports_of(request).count))
    return Response(generate_latest(registry), media_type=CONTENT)


class SocCollector:
    """Every figure of the health page within the scope. No label holds an address or a name of a person."""

    def __init__(self, services: Services, scope: Scope, policy_reports: int) -> None:
        self._services = services
        self._scope = scope
        self._policy_reports = policy_reports

    def describe(self) -> Iterable[Metric]:
        """Nothing is collected when the collector is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        services = self._services
        now = services.clock.now()
        build = GaugeMetricFamily("soc_build_info", "Version of the program.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield CounterMetricFamily("soc_policy_reports", "Broken page policies.", value=self._policy_reports)
        with services.state.read() as tx:
            books = tx.accounting.ledger(self._scope)
            sources = watched(tx, self._scope, now)
            clocks = tx.watch.clocks(self._scope)
            open_alerts = tx.queue.counts(self._scope)
        yield from _books(books)
        yield from _sources(sources)
        skew = GaugeMetricFamily("soc_source_clock_skew_seconds", "How far a clock is behind.", labels=["source"])
        for name, clock in clocks.items():
            skew.add_metric([name], clock.skew.total_seconds())
        yield skew
        alerts = GaugeMetricFamily("soc_alerts", "Alerts by state and level.", labels=["status", "level"])
        for (status, level), n in open_alerts.items():
            alerts.add_metric([status, level], n)
        yield alerts
        if self._scope.units is None:
            yield from self._loops()
            yield from self._store()
        yield from self._rules()

    def _loops(self) -> Iterator[Metric]:
        now = self._services.clock.now()
        heard = GaugeMetricFamily("soc_loop_heard_seconds", "Age of a loop's last beat.", labels=["loop"])
        lag = GaugeMetricFamily("soc_loop_lag_seconds", "p95 of five minutes.", labels=["loop"])
        memory = GaugeMetricFamily("soc_loop_memory_bytes", "Resident memory.", labels=["loop"])
        waiting = GaugeMetricFamily("soc_loop_waiting_records", "Not yet worked off.", labels=["loop"])
        for beat in self._services.beats():
            heard.add_metric([beat.role], (now - beat.at).total_seconds())
            memory.add_metric([beat.role], beat.rss_kib * 1024)
            waiting.add_metric([beat.role], beat.behind)
            if "lag_p95" in beat.figures:
                lag.add_metric([beat.role], beat.figures["lag_p95"])
        yield from (heard, lag, memory, waiting)

    def _store(self) -> Iterator[Metric]:
        if self._services.events is None:
            return
        health = self._services.events.health()
        yield GaugeMetricFamily("soc_store_events", "Events in the store.", value=health.events)
        yield GaugeMetricFamily("soc_store_files", "Files of the store.", value=health.files)
        yield GaugeMetricFamily("soc_store_bytes", "Size of the store.", value=health.bytes)
        yield GaugeMetricFamily("soc_store_problems", "Things wrong with the store.", value=len(health.problems))

    def _rules(self) -> Iterator[Metric]:
        known = self._services.board.known() if self._services.board else None
        if known is None:
            return
        blind = len(known.blind(self._scope))
        yield GaugeMetricFamily("soc_rules_blind", "Enabled rules that cannot see in some unit.", value=blind)
        can = GaugeMetricFamily("soc_rules", "Rules by what they can match.", labels=["can_match"])
        counts: dict[str, int] = {}
        for row in known.board.rows:
            counts[row.can] = counts.get(row.can, 0) + 1
        for name, n in sorted(counts.items()):
            can.add_metric([name], n)
        yield can
        cost = GaugeMetricFamily("soc_rule_cost_seconds", "Cost of a rule an event.", labels=["rule"])
        for rule, ns in sorted(known.costs.per_event.items(), key=lambda pair: -pair[1])[:DEAREST]:
            cost.add_metric([rule], ns / 1e9)
        yield cost


def _books(books: Iterable[LedgerRow]) -> Iterator[Metric]:
    records = CounterMetricFamily("soc_records", "Records by fate.", labels=["source", "fate", "reason"])
    events = CounterMetricFamily("soc_events", "Events made of records.", labels=["source"])
    errors = CounterMetricFamily("soc_pipeline_errors", "Records that no parser understood.", labels=["source"])
    for row in books:
        name = row.source
        records.add_metric([name, "received", ""], row.received)
        records.add_metric([name, "stored", ""], row.stored)
        for fate in ("quarantined", "dropped"):
            for reason, n in getattr(row, fate).items():
                records.add_metric([name, fate, reason], n)
        events.add_metric([name], row.events)
        errors.add_metric([name], row.pipeline_errors)
    yield from (records, events, errors)


def _sources(sources: Iterable[Watched]) -> Iterator[Metric]:
    standing = GaugeMetricFamily("soc_sources", "Sources by how they stand.", labels=["standing"])
    last = GaugeMetricFamily("soc_source_last_seen_seconds", "Time of the last record.", labels=["source"])
    counts = dict.fromkeys(Standing, 0)
    for one in sources:
        counts[one.standing] += 1
        if one.seen is not None:
            last.add_metric([one.source.id], one.seen.last.timestamp())
    for name, n in counts.items():
        standing.add_metric([name], n)
    yield from (standing, last)
