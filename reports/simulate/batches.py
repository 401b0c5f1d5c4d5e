"""Deliveries become batches of kpi-contract/1. The id of a batch is a function of what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import orjson

from reports.kpi.contract import SCHEMA
from reports.simulate.plan import Delivery
from soc.calendar import ZONE

MOST = 500
"""Items of one batch: half of what the hub takes, so that none is ever too large."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch ready to be handed in. `at`: when it is sent."""

    id: str
    sender: str
    at: datetime
    body: bytes
    items: int


def parcels(sender: str, deliveries: Sequence[Delivery], *, within: timedelta) -> Iterator[Parcel]:
    """In the order of the deliveries; what leaves in the same stretch of the day goes together."""
    group: list[Delivery] = []
    for one in deliveries:
        if group and (len(group) >= MOST or _stretch(one, within) != _stretch(group[0], within)):
            yield parcel(sender, group)
            group = []
        group.append(one)
    if group:
        yield parcel(sender, group)


def parcel(sender: str, group: Sequence[Delivery]) -> Parcel:
    """One batch, sent when its last item is there."""
    at, items = max(one.at for one in group), [dict(one.item) for one in group]
    content = orjson.dumps([sender, at.isoformat(), items])
    name = str(uuid5(NAMESPACE_URL, content.hex()))
    document = {
        "schema": SCHEMA,
        "batch_id": name,
        "sent_at": at.isoformat(),
        "sender": {"system": sender, "contact": "simulated"},
        "observations": items,
    }
    return Parcel(name, sender, at, orjson.dumps(document), len(items))


def _stretch(one: Delivery, within: timedelta) -> int:
    return int((one.at + ZONE.utcoffset(None)).timestamp() // within.total_seconds())
