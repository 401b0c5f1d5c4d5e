"""A state file with very many alerts, the same for the same seed: rows in bulk, indexes afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from soc import sqlite
from soc.alert import Level, RuleCard, Status, Verdict
from soc.entity import EntityKind, key_of
from soc.fold import fold_marks
from soc.order import BANDS, SEVERITY
from soc.state.cards import card_row
from soc.state.types import micros

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
RULES, UNITS, HOSTS, USERS, ADDRESSES = 400, 60, 20_000, 30_000, 200_000
OPEN_SHARE = 0.05
BATCH = 20_000
LEVELS = ((Level.CRITICAL, 5), (Level.HIGH, 45), (Level.MEDIUM, 250), (Level.LOW, 700))
STATES = (
    *((Status.NEW, 70), (Status.ASSIGNED, 5), (Status.IN_PROGRESS, 15)),
    *((Status.WAITING_UNIT, 8), (Status.REOPENED, 2)),
)
LANES = (("queue", 80), ("digest", 15), ("storm", 5))
VERDICTS = ((Verdict.FALSE_POSITIVE, 60), (Verdict.BENIGN_TRUE, 20), (Verdict.TRUE_POSITIVE, 20))
TACTICS = ("initial-access", "execution", "persistence", "credential-access", "lateral-movement", "discovery")
WORDS = ("đăng nhập", "PowerShell", "dịch vụ", "tường lửa", "mật khẩu", "tập lệnh", "tài khoản", "máy chủ")


@dataclass(frozen=True, slots=True)
class _Row:
    alert: tuple[Any, ...]
    entities: tuple[tuple[Any, ...], ...]


def fill(path: Path, count: int, seed: int = 1, *, now: datetime = NOW) -> None:
    """Fills a migrated, empty state file. Its triggers are off meanwhile; the counts are made at the end."""
    chance = random.Random(seed)
    cards = [_card(number) for number in range(RULES)]
    with closing(sqlite.writer(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        later = _put_aside(connection)
        keys = [_keep(connection, card) for card in cards]
        for batch in _batches(chance, count, cards, keys, now):
            with sqlite.transaction(connection):
                _insert(connection, batch)
        connection.execute(
            "INSERT OR IGNORE INTO entity_name SELECT kind, key, lower(value) FROM alert_entity GROUP BY kind, key"
        )
        connection.execute("INSERT OR REPLACE INTO counter (name, value) VALUES ('alert', ?)", (count,))
        connection.execute("DELETE FROM alert_count")
        connection.execute(
            "INSERT INTO alert_count SELECT unit_id, status, level, lane, count(*) FROM alert GROUP BY 1, 2, 3, 4"
        )
        for statement in later:
            connection.execute(statement)
        connection.execute("ANALYZE")


def _put_aside(connection: sqlite.Connection) -> list[str]:
    """Drops indexes and triggers of the big tables; answers what makes them again."""
    query = (
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ('alert', 'alert_entity') "
        "AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    found = connection.execute(query).fetchall()
    for kind, name, _ in found:
        connection.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in found]


def _keep(connection: sqlite.Connection, card: RuleCard) -> str:
    row = card_row(card)
    values = (row["key"], row["rule_id"], row["text"], row["tactics"], orjson.dumps(row["card"]).decode())
    connection.execute("INSERT OR IGNORE INTO rule_card VALUES (?, ?, ?, ?, ?)", values)
    return str(row["key"])


def _card(number: int) -> RuleCard:
    chance = random.Random(number)
    level = chance.choices([level for level, _ in LEVELS], [weight for _, weight in LEVELS])[0]
    title = f"{chance.choice(WORDS)} bất thường {number}"
    tags = (f"attack.{chance.choice(TACTICS)}",)
    return RuleCard(f"rule-{number:04d}", f"Suspicious activity {number}", level, "An", tags=tags, title_vi=title)


def _batches(
    chance: random.Random, count: int, cards: Sequence[RuleCard], keys: Sequence[str], now: datetime
) -> Iterator[list[_Row]]:
    weights = [1 / (place + 1) for place in range(RULES)]
    batch: list[_Row] = []
    for number in range(count):
        at = now - timedelta(seconds=(count - number) * 365 * 86_400 / count)
        rule = chance.choices(range(RULES), weights)[0] if number % 4 else chance.randrange(RULES)
        batch.append(_alert(chance, number + 1, at, cards[rule], keys[rule], is_open=chance.random() < OPEN_SHARE))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _pick(chance: random.Random, pairs: Sequence[tuple[Any, int]]) -> Any:
    return chance.choices([value for value, _ in pairs], [weight for _, weight in pairs])[0]


def _alert(chance: random.Random, number: int, at: datetime, card: RuleCard, card_key: str, *, is_open: bool) -> _Row:
    unit = f"unit-{int(chance.triangular(0, UNITS, 0)):02d}"
    entities = (
        ("host.name", f"MAY-{chance.randrange(HOSTS):05d}.nghean.local"),
        ("user.name", "system" if number % 10 == 0 else f"nguyenvan{chance.randrange(USERS)}"),
        ("source.ip", f"10.{40 + chance.randrange(4)}.{chance.randrange(256)}.{chance.randrange(200)}"),
    )
    status = _pick(chance, STATES) if is_open else Status.CLOSED
    lane = _pick(chance, LANES) if is_open else "queue"
    taken = status is not Status.NEW
    rank = -(SEVERITY[card.level] * (100 + chance.randrange(0, 201, 5)) + chance.randrange(5000))
    ident = f"{chance.getrandbits(128):032x}"
    when = micros(at)
    sample = {"@timestamp": at.isoformat(), "message": "x" * 400, **dict(entities)}
    text = fold_marks("\n".join((card.title, card.title_vi, unit, *(value for _, value in entities))))
    values: tuple[Any, ...] = (
        *(ident, number, ident[::-1], card.id, card_key, unit, card.level, status, int(is_open)),
        f"analyst-{chance.randrange(20)}" if taken else None,
        *((None, None) if is_open else (_pick(chance, VERDICTS), "rule_logic")),
        *(when, None if is_open else when + 3_600_000_000, when, when, chance.randrange(1, 500), 0, None, 1),
        *(lane, BANDS[card.level], rank, 0, 0, None, when, None, when + 900_000_000, when + 10**11),
        *(None, None, when if taken else None, None, text, "[]", "[]", orjson.dumps(entities).decode()),
        *('{"EventID":4625}', None, orjson.dumps([sample]).decode()),
    )
    kinds = (EntityKind.HOST, EntityKind.USER, EntityKind.IP)
    named = tuple(
        (ident, str(kind), key_of(kind, value), value, unit, card.id, when)
        for kind, (_, value) in zip(kinds, entities, strict=True)
    )
    return _Row(values, named)


COLUMNS = (
    *("id", "number", "fingerprint", "rule_id", "rule_key", "unit_id", "level", "status", "open", "owner", "verdict"),
    *("reason", "raised_at", "closed_at", "first_event", "last_event", "count", "since_close", "previous", "revision"),
    *("lane", "band", "rank", "waited", "risk", "asset_level", "ordered_at", "order_due", "ack_due", "resolve_due"),
    *("unit_due", "asked_at", "taken_at", "storm", "text", "flags", "weak_filter", "entities", "matched"),
    *("correlation", "samples"),
)


def _insert(connection: sqlite.Connection, batch: Sequence[_Row]) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    connection.executemany(f"INSERT INTO alert ({', '.join(COLUMNS)}) VALUES ({marks})", [row.alert for row in batch])
    connection.executemany(
        'INSERT INTO alert_entity (alert_id, kind, "key", value, unit_id, rule_id, raised_at) VALUES (?,?,?,?,?,?,?)',
        [entity for row in batch for entity in row.entities],
    )
