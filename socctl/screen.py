"""What `socctl top` shows: a look at the system as plain values, and these as 24 lines of 80 signs."""

from __future__ import annotations

import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from soc.access import SYSTEM
from soc.alert import OPEN, Level
from soc.role import RoleName
from soc.state.accounting import LedgerRow
from socctl import beat, wiring
from socctl.beat import Beat
from socctl.drain import ends
from socctl.language import language
from socctl.wiring import Site

WIDTH, HEIGHT = 80, 24
QUIET = timedelta(seconds=10)
DAY = timedelta(hours=24)
LOOPS = (RoleName.RECEIVE, RoleName.NORMALISE, RoleName.KEEP, RoleName.DETECT, RoleName.WEB)

WORDS = {
    "en": {
        "loop": "loop",
        "state": "state",
        "rate": "per s",
        "waits": "waiting",
        "lag": "lag p95",
        "memory": "MiB",
        "books": "24 h: received {received} = stored {stored} + quarantined {quarantined} + dropped {dropped}"
        " + in flight {flight}",
        "alerts": "open alerts {total}: {levels}",
        "slow": "slowest rules, ns an event",
        "unmeasured": "not measured yet",
        "drops": "sources with drops or quarantine",
        "none": "none",
        "end": "q ends",
        "ok": "ok",
        "silent": "silent",
        "never": "never seen",
    },
    "vi": {
        "loop": "vòng",
        "state": "trạng thái",
        "rate": "mỗi giây",
        "waits": "đang chờ",
        "lag": "trễ p95",
        "memory": "MiB",
        "books": "24 giờ: nhận {received} = lưu {stored} + cách ly {quarantined} + bỏ {dropped} + đang chuyển {flight}",
        "alerts": "cảnh báo đang mở {total}: {levels}",
        "slow": "luật chậm nhất, ns mỗi sự kiện",
        "unmeasured": "chưa đo",
        "drops": "nguồn có bỏ hoặc cách ly",
        "none": "không có",
        "end": "q để thoát",
        "ok": "chạy",
        "silent": "không trả lời",
        "never": "chưa thấy",
    },
}


@dataclass(frozen=True, slots=True)
class Loop:
    """One role. `rate`: records a second since the last look; None at the first one."""

    name: str
    state: str
    rate: float | None
    waits: int
    lag: float | None
    memory: int


@dataclass(frozen=True, slots=True)
class Look:
    """Everything of one screen."""

    at: datetime
    loops: tuple[Loop, ...]
    sums: LedgerRow
    open: Mapping[Level, int]
    slow: tuple[tuple[str, float], ...]
    drops: tuple[tuple[str, int], ...]
    failures: tuple[str, ...] = ()


class Watcher:
    """Looks again and again; keeps the last beats, since a rate is a difference."""

    def __init__(self, place: Site) -> None:
        self.place = place
        self._state = wiring.state(place)
        self._beats: dict[RoleName, Beat] = {}

    def look(self) -> Look:
        now = self.place.clock.now()
        signs = {name: sign for name in LOOPS if (sign := beat.read(self.place.data.beat(name))) is not None}
        last = ends(self.place)
        with self._state.read() as tx:
            ledger = tx.accounting.ledger(SYSTEM, since=(now - DAY).replace(minute=0, second=0, microsecond=0))
            counts = tx.queue.counts(SYSTEM)
            cost = tx.facts.get("rules.cost")
        loops = tuple(self._loop(name, signs.get(name), last.get(name, {}), now) for name in LOOPS)
        self._beats = dict(signs)
        levels = {level: sum(counts[status, level] for status in OPEN) for level in Level}
        bad = [(row.source, sum(row.dropped.values()) + sum(row.quarantined.values())) for row in ledger]
        failures = tuple(f"{name}: {sign.failure}" for name, sign in signs.items() if sign.failure)
        return Look(now, loops, _summed(ledger), levels, _slowest(cost), _most(bad), failures)

    def close(self) -> None:
        self._state.close()

    def _loop(self, name: RoleName, sign: Beat | None, last: Mapping[str, int], now: datetime) -> Loop:
        if sign is None:
            return Loop(name, "never", None, 0, None, 0)
        old = self._beats.get(name)
        seconds = (sign.at - old.at).total_seconds() if old else 0.0
        gone = sum(sign.position.values()) - sum(old.position.values()) if old else 0
        waits = sum(max(0, end - sign.position.get(lane, -1)) for lane, end in last.items())
        state = "silent" if now - sign.at > QUIET else "ok"
        lag = sign.figures.get("lag_p95")
        return Loop(name, state, gone / seconds if seconds > 0 else None, waits, lag, sign.rss_kib // 1024)


def lines(look: Look) -> list[str]:
    """At most 24 lines of 80 signs; the rest of a list is left out, never the books."""
    words = WORDS[language()]
    found = [f"socctl top  {look.at.astimezone():%Y-%m-%d %H:%M:%S}  {words['end']}", ""]
    heads = ("rate", "waits", "lag")
    right = "".join(f"{words[name]:>11}" for name in heads)
    found.append(f"{words['loop']:<11}{words['state']:<16}{right}{words['memory']:>8}")
    for one in look.loops:
        rate = "-" if one.rate is None else f"{one.rate:,.1f}"
        lag = "-" if one.lag is None else f"{one.lag:.2f} s"
        found.append(f"{one.name:<11}{words[one.state]:<16}{rate:>11}{one.waits:>11,}{lag:>11}{one.memory:>8,}")
    found += [f"! {failure}" for failure in look.failures[:2]]
    sums, flight = look.sums, look.sums.in_flight
    dropped, quarantined = sum(sums.dropped.values()), sum(sums.quarantined.values())
    figures = {"received": sums.received, "stored": sums.stored, "quarantined": quarantined, "dropped": dropped}
    shown = {name: f"{n:,}" for name, n in figures.items()}
    found += ["", *_wrapped(words["books"].format(**shown, flight=f"{flight:,}"))]
    some = ", ".join(f"{level} {n}" for level, n in look.open.items() if n)
    found.append(words["alerts"].format(total=sum(look.open.values()), levels=some or words["none"]))
    found += ["", words["slow"], *(f"  {cost:>10,.0f}  {name}" for name, cost in look.slow[:5])]
    found += [] if look.slow else [f"  {words['unmeasured']}"]
    found += [words["drops"], *(f"  {n:>10,}  {name}" for name, n in look.drops)]
    found += [] if look.drops else [f"  {words['none']}"]
    return [line[:WIDTH] for line in found[:HEIGHT]]


@contextmanager
def keyboard() -> Iterator[Callable[[float], str]]:
    """Answers the key pressed within so many seconds, '' for none; the terminal is as before afterwards."""
    if not sys.stdin.isatty():
        yield _nobody
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield lambda seconds: sys.stdin.read(1) if select.select([sys.stdin], [], [], seconds)[0] else ""
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _nobody(seconds: float) -> str:
    time.sleep(seconds)
    return ""


def _summed(ledger: Sequence[LedgerRow]) -> LedgerRow:
    return LedgerRow(
        "all",
        received=sum(row.received for row in ledger),
        stored=sum(row.stored for row in ledger),
        quarantined={"all": sum(sum(row.quarantined.values()) for row in ledger)},
        dropped={"all": sum(sum(row.dropped.values()) for row in ledger)},
    )


def _most(rows: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((row for row in rows if row[1]), key=lambda row: -row[1])[:4])


def _slowest(cost: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(cost, dict) or not cost.get("events"):
        return ()
    rules, events = cost.get("rules", {}), cost["events"]
    ordered = sorted(rules.items(), key=lambda pair: -pair[1])[:5]
    return tuple((str(name), spent / events) for name, spent in ordered)


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, WIDTH)
