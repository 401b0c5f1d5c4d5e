"""Which techniques can be seen where: from the board of rules, and from the last test of each rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from correlator.board import RuleRow
from correlator.language.documents import State as DocumentState
from reports.posture.inputs import TechniqueInput
from reports.posture.method import Method
from soc.alert import Level
from soc.state.store import Tx

TESTS = "rule_tests"
"""The fact that holds rule id -> when its samples last passed."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Techniques with an enabled rule; unit -> those whose rule can match there now; those whose rule passed its test.
    Empty: nobody has looked, so nothing is covered."""

    enabled: frozenset[str] = frozenset()
    alive: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tested: frozenset[str] = frozenset()

    def of(self, unit: str, wanted: Iterable[str]) -> tuple[TechniqueInput, ...]:
        alive = self.alive.get(unit, frozenset())
        return tuple(
            TechniqueInput(name, _in(name, self.enabled), _in(name, alive), _in(name, self.tested)) for name in wanted
        )


NOTHING = Coverage()


def coverage_of(rows: Iterable[RuleRow], passed: Mapping[str, datetime], now: datetime, method: Method) -> Coverage:
    """`passed`: rule -> when its test passed last."""
    oldest = now - timedelta(days=method.row["tests_hold_days"])
    enabled: set[str] = set()
    tested: set[str] = set()
    alive: dict[str, set[str]] = {}
    for row in rows:
        if row.state is not DocumentState.LOADED or row.muted or row.card.level is Level.INFORMATIONAL:
            continue
        names = techniques_of(row.card.tags)
        enabled |= names
        at = passed.get(row.card.id)
        if at is None or at < oldest:
            continue
        tested |= names
        for unit in row.ready_in - row.blind_in:
            alive.setdefault(unit, set()).update(names)
    return Coverage(frozenset(enabled), {unit: frozenset(some) for unit, some in alive.items()}, frozenset(tested))


def passed_tests(tx: Tx) -> dict[str, datetime]:
    """Rule -> when its samples last passed, as `socctl rules test` left it."""
    return {rule: datetime.fromisoformat(at) for rule, at in (tx.facts.get(TESTS) or {}).items()}


def keep_tests(tx: Tx, passed: Iterable[str], failed: Iterable[str], now: datetime) -> None:
    """A rule that fails loses its test; one that was not run keeps it."""
    known = {rule: at.isoformat() for rule, at in passed_tests(tx).items()}
    known = {rule: at for rule, at in known.items() if rule not in set(failed)}
    tx.facts.put(TESTS, known | dict.fromkeys(passed, now.isoformat()), at=now)


def techniques_of(tags: Iterable[str]) -> frozenset[str]:
    """`attack.t1110.001` -> T1110.001."""
    names = (tag.removeprefix("attack.").upper() for tag in tags if tag.startswith("attack.t"))
    return frozenset(name for name in names if name[1:2].isdigit())


def _in(wanted: str, names: Iterable[str]) -> bool:
    """A rule for a sub-technique looks for its technique."""
    return any(name == wanted or name.startswith(f"{wanted}.") for name in names)
