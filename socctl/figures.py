"""Figures at the command line: into the data directory through the hub's own door, or over HTTP with a key."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soc.errors import StateError

if TYPE_CHECKING:
    from reports.kpi.world import World
    from soc.state.store import State
    from socctl.hub_client import HubClient
    from socctl.wiring import Site

TRIES = 8
LONGEST_WAIT = 60


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one batch. `body`: the receipt, or the problem where `taken` is False."""

    taken: bool
    body: Mapping[str, Any]

    @property
    def rejected(self) -> int:
        return int(self.body.get("summary", {}).get("rejected", 0))


def world_of(place: Site) -> World:
    """Raises StateError where no figures are taken."""
    from socctl import wiring

    found = wiring.world(place)
    if found is None:
        raise StateError("this system has no profile of figures - set organisation.profile", code="SOC-1954")
    return found


def noted(place: Site, opened: State) -> World | None:
    """What figures are judged with, noted as in force from now on; None where no figures are taken."""
    from reports.kpi.noting import note_versions
    from socctl import wiring

    found = wiring.world(place)
    if found is not None:
        note_versions(opened, found, place.clock.now())
    return found


def here(place: Site, opened: State, batches: Iterator[bytes], *, dry_run: bool) -> Iterator[Answered]:
    """Through the door of this machine; the command line speaks for the whole province."""
    from reports.kpi.contract import BatchRefused
    from reports.kpi.hub import receive
    from reports.kpi.world import Sender
    from soc.access import SYSTEM
    from soc.alert import Actor, ActorKind

    world, sender = world_of(place), Sender("socctl", SYSTEM, Actor("socctl", ActorKind.SYSTEM))
    for batch in batches:
        try:
            receipt = receive(opened, world, batch, sender, place.clock.now(), dry_run=dry_run)
        except BatchRefused as error:
            yield Answered(False, {"status": error.status, "code": error.code, "detail": error.message})
        else:
            yield Answered(True, receipt.body())


def there(
    client: HubClient, batches: Iterator[bytes], *, dry_run: bool, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Answered]:
    """Over HTTP; waits as long as the hub asks, gives up after TRIES. Raises SourceError when it cannot be reached."""
    for batch in batches:
        for attempt in range(TRIES):
            answer = client.push(batch, dry_run=dry_run)
            if not answer.again or attempt == TRIES - 1:
                break
            sleep(min(answer.retry_after or 2**attempt, LONGEST_WAIT))
        yield Answered(answer.taken, answer.body)


def lines(answers: Sequence[Answered]) -> Iterator[str]:
    """A line a batch, then one for each fault."""
    for answer in answers:
        if not answer.taken:
            yield f"refused: {answer.body.get('code', '')} {answer.body.get('detail', '')}"
            continue
        counts = ", ".join(f"{count} {name}" for name, count in answer.body["summary"].items() if count)
        yield f"{answer.body['batch_id']}: {counts}"
        for item in answer.body["items"]:
            for fault in item["faults"]:
                yield f"  {fault['pointer']}: {fault['code']}: {fault['message_en']}"


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Files as named; of a folder those that are batches or lists of items, by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.suffix.lower() in (".json", ".ndjson", ".jsonl"))
        else:
            yield path
