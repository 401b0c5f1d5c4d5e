"""One import under a running system whose roles are killed: nothing lost, nothing doubled, the same alerts."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from soc.access import SYSTEM
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.query import Query
from soc.role import RoleName
from soc.state.queue import AlertFilter
from soc.state.store import State
from soc.store.embedded import EmbeddedStore
from tests.sim.life import BAD, MANY, RULES
from tests.system.running import System, command, environment, up

PROOF = "SOC_PROOF" in os.environ
LINES, KILLS = (50_000, 20) if PROOF else (5_000, 5)
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
KILLED = (RoleName.NORMALISE, RoleName.KEEP, RoleName.DETECT, RoleName.RECEIVE, RoleName.WEB)
EVER = Query(None, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), SYSTEM)


def written(path: Path) -> list[str]:
    """Failed logons, each with a mark of its own, from many addresses within the hour."""
    lines = []
    for number in range(LINES):
        at = (START + timedelta(milliseconds=40 * number)).isoformat()
        user = "bad" if number % 97 == 0 else f"u{number % 13}"
        address = f"203.0.{number % 40}.{number % 7}"
        lines.append(f"<38>1 {at} gw sshd 31 m{number} - Failed password for {user} from {address} port 4022 ssh2")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return lines


def importing(system: System, path: Path, *more: str) -> subprocess.Popen[bytes]:
    words = command(system.data, system.config, "import", "--source", "linux", str(path), *more)
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())


def alerts_of(data: Path) -> Counter[tuple[str, tuple[tuple[str, str], ...]]]:
    """(rule, entities) -> hits, of every alert."""
    state = State.open(DataDir(data), SystemClock())
    counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
    after = None
    with state.read() as tx:
        while True:
            page = tx.queue.page(AlertFilter(), SYSTEM, limit=500, after=after)
            for alert in page.alerts:
                counts[alert.rule.id, alert.entities] += alert.count
            after = page.next
            if after is None:
                break
        assert list(tx.alerts.differences(SYSTEM)) == []
    state.close()
    return counts


def expected(lines: list[str]) -> Counter[str]:
    """Hits of each rule, from the lines alone."""
    by_address = Counter(line.split(" from ")[1].split(" ")[0] for line in lines)
    return Counter(
        {BAD: sum(" for bad " in line for line in lines), MANY: sum(n for n in by_address.values() if n >= 3)}
    )


def test_twenty_kills_change_nothing(tmp_path: Path) -> None:
    lines = written(tmp_path / "auth.log")
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES, "utf-8")
    chance = random.Random(5)
    settings = f'[rules]\nown = false\npaths = ["{rules}"]\n'
    with up(tmp_path, settings) as system:
        importer = importing(system, tmp_path / "auth.log")
        killed = 0
        while killed < KILLS:
            time.sleep(chance.uniform(0.1, 1.2))
            if killed == KILLS // 2 and importer.poll() is None:
                importer.kill()
                importer.wait()
                importer = importing(system, tmp_path / "auth.log", "--again")
                killed += 1
            killed += system.kill(chance.choice(KILLED))
        assert importer.wait(600) == 0, system.output.read_text("utf-8")
        # What was read before the importer was killed may have been read again: it folds.
        again = importing(system, tmp_path / "auth.log", "--again")
        assert again.wait(600) == 0, system.output.read_text("utf-8")
        rows = subprocess.run(
            command(system.data, system.config, "source", "list", "--json"),
            capture_output=True,
            env=environment(),
            check=True,
        ).stdout
    store = EmbeddedStore(DataDir(tmp_path / "data"), read_only=True)
    stored = Counter(event["log.syslog.msgid"] for event in store.export(EVER))
    store.close()
    assert [mark for mark, n in stored.items() if n > 1] == []
    assert len(stored) == LINES
    by_rule: Counter[str] = Counter()
    for (rule, _), n in alerts_of(tmp_path / "data").items():
        by_rule[rule] += n
    assert by_rule == expected(lines)
    (row,) = [row for row in map(orjson.loads, rows.splitlines()) if row["received"]]
    assert row["received"] == row["stored"] >= 2 * LINES
    assert row["in_flight"] == 0
