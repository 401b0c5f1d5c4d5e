"""Rule cards: stored once each, by their content; alerts and hits refer to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from soc.alert import RuleCard
from soc.attack import attack_table
from soc.fold import fold_marks
from soc.state.tables.pipeline import rule_card
from soc.state.types import canonical
from soc.state.upsert import chunks, upsert

Cards = dict[str, RuleCard]
REMEMBERED = 8_192
"""Cards whose key is not computed again; all of SigmaHQ is 4,000."""


def keep_cards(connection: Connection, cards: Iterable[RuleCard]) -> dict[RuleCard, str]:
    """Card -> key, each written once."""
    rows = {card: card_row(card) for card in dict.fromkeys(cards)}
    upsert(connection, rule_card, list(rows.values()))
    return {card: row["key"] for card, row in rows.items()}


def load_cards(connection: Connection, keys: Iterable[str]) -> Cards:
    found: Cards = {}
    for some in chunks(keys):
        for row in connection.execute(select(rule_card).where(rule_card.c.key.in_(some))):
            found[row.key] = msgspec.convert(row.card, RuleCard)
    return found


def tactics_of(tags: Sequence[str]) -> str:
    """Short names of the tactics that the tags name, or that their techniques serve, a blank around each."""
    table = attack_table()
    named = (tag.removeprefix("attack.").replace("_", "-") for tag in tags if tag.startswith("attack."))
    found: dict[str, None] = {}
    for name in named:
        technique = table.technique(name) if name[:1] in "tT" and name[1:2].isdigit() else None
        for tactic in technique.tactics if technique else (name,):
            if tactic in table.tactics:
                found[tactic] = None
    return f" {' '.join(found)} " if found else ""


@lru_cache(REMEMBERED)
def card_row(card: RuleCard) -> dict[str, Any]:
    """The stored form, made once for each card."""
    content = msgspec.to_builtins(card)
    return {
        "key": sha256(canonical(content)).hexdigest(),
        "rule_id": card.id,
        "text": fold_marks(f"{card.title}\n{card.title_vi}"),
        "tactics": tactics_of(card.tags),
        "card": content,
    }
