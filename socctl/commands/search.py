"""`socctl search`: events of the store, newest first, by the query language of the pages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from socctl.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from soc.errors import QuerySyntaxError
    from soc.event import Event
    from soc.query import Query
    from soc.store import EventStore

PAGE = 1_000
CLOCKS_AHEAD_MINUTES = 10  # a sender's clock may run ahead; more than that is flagged `future`
SHOWN = ("host.name", "user.name", "source.ip", "event.action", "event.outcome")


def search(
    query: str = typer.Argument("", help="For example: user.name:an and source.ip:10.0.0.0/8 (all events without it)"),
    since: str = typer.Option("24h", help="A distance (15m, 24h, 7d) or a time (2026-11-22, 22/11/2026, now/d)"),
    until: str = typer.Option("", help="The same; nothing means now"),
    limit: int = typer.Option(100, min=0, help="Events shown; 0 shows all"),
    as_json: bool = typer.Option(False, "--json", help="One event a line"),
    count: bool = typer.Option(False, "--count", help="Only how many there are"),
) -> None:
    """Exit 0 when it was asked, 1 when half an answer is all there was in time, 2 when it could not be asked."""
    from soc.clock import SystemClock
    from soc.errors import QuerySyntaxError
    from socctl import wiring

    place = wiring.site()
    try:
        wanted = wanted_query(query, since, until, SystemClock().now())
    except QuerySyntaxError as error:
        _explain(query, error)
        raise typer.Exit(2) from error
    store = wiring.event_store(place, read_only=True)
    try:
        if count:
            typer.echo(store.count(wanted))
        else:
            _pages(store, wanted, limit, as_json=as_json)
    finally:
        store.close()


def _pages(store: EventStore, wanted: Query, limit: int, *, as_json: bool) -> None:
    after: str | None = None
    left = limit or sys.maxsize
    while left > 0:
        page = store.search(wanted, after=after, limit=min(left, PAGE))
        for event in page.events:
            show(event, as_json=as_json)
        left -= len(page.events)
        after = page.next
        if not page.complete:
            typer.echo("socctl: the time limit ended the search early - narrow the time or the terms", err=True)
            raise typer.Exit(1)
        if after is None:
            return
    typer.echo(f"socctl: there are more - raise --limit (now {limit})", err=True)


def wanted_query(text: str, since: str, until: str, now: datetime) -> Query:
    """The query of the whole installation: who may read the data directory may read every unit."""
    from datetime import timedelta

    from soc.access import SYSTEM
    from soc.query import Query
    from soc.query.parse import parse

    first, _ = _moment("--since", since, now)
    last = _moment("--until", until, now)[1] if until else now + timedelta(minutes=CLOCKS_AHEAD_MINUTES)
    return Query(parse(text, now=now), first, last + timedelta(microseconds=1), SYSTEM)


def show(event: Event, *, as_json: bool) -> None:
    """One event on one line."""
    from soc.event import encode

    if as_json:
        sys.stdout.buffer.write(encode(event) + b"\n")
        return
    fields = [f"{name}={event[name]}" for name in SHOWN if event.get(name) not in (None, "")]
    text = str(event.get("message") or event.get("event.original") or event.get("process.command_line") or "")
    line = f"{event.get('@timestamp', '?')} {event.get('event.dataset', '?')} {' '.join(fields)}  {text[:160]}"
    # What a sender wrote must not move the cursor or colour of an analyst's terminal.
    typer.echo("".join(char if char.isprintable() else " " for char in line).rstrip())


def _moment(option: str, text: str, now: datetime) -> tuple[datetime, datetime]:
    from soc.errors import SocError
    from soc.query.dates import span

    found = span(text, now) or span(f"now-{text}", now)
    if found is None:
        raise SocError(f"{option} {text}: no time - write like 24h, 7d, 2026-11-22 or 22/11/2026", code="SOC-1402")
    return found


def _explain(text: str, error: QuerySyntaxError) -> None:
    from soc.query.wording import drawn

    typer.echo(drawn(text, error, language()), err=True)
    typer.echo(f"  {error.code} - `socctl explain {error.code}`", err=True)
