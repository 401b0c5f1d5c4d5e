"""A file of figures as batches: a whole batch as it is, or items one a line, which are put into batches of ours.

The id of a batch follows from its content, so that pushing a file again gives the same receipts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson

from reports.kpi.contract import MOST_ITEMS, SCHEMA, BatchRefused

SPACE = UUID("6f0f1a52-6f7e-4d57-9a53-3f0f5d3c6b11")
PART = 500
LARGEST = 200 * 1024 * 1024


def batches_of(path: Path, system: str, now: datetime) -> Iterator[bytes]:
    """`.ndjson`: one observation a line; anything else: one batch. Raises BatchRefused."""
    if path.stat().st_size > LARGEST:
        raise BatchRefused(f"{path}: larger than {LARGEST} bytes - split it", status=413, code="SOC-1951")
    if path.suffix.lower() not in (".ndjson", ".jsonl"):
        yield path.read_bytes()
        return
    part: list[bytes] = []
    with path.open("rb") as lines:
        for line in lines:
            if line.strip():
                part.append(line.strip())
            if len(part) == min(PART, MOST_ITEMS):
                yield batch_of_lines(part, system, now)
                part = []
    if part:
        yield batch_of_lines(part, system, now)


def batch_of_lines(items: list[bytes], system: str, now: datetime) -> bytes:
    """Items as they stand, so that the door reads them as strictly as any other."""
    return _framed(b",".join(items), system, now)


def batch_of_items(items: list[dict[str, Any]], system: str, now: datetime) -> bytes:
    """Items of ours."""
    return _framed(b",".join(orjson.dumps(item) for item in items), system, now)


def _framed(items: bytes, system: str, now: datetime) -> bytes:
    name = uuid5(SPACE, f"{system}\n{items.hex()}")
    head = {"schema": SCHEMA, "batch_id": str(name), "sender": {"system": system}, "sent_at": now.isoformat()}
    return orjson.dumps(head)[:-1] + b',"observations":[' + items + b"]}"
