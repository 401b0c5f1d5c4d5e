"""The end of a `socctl detect` run: alerts, then a summary that says what was not checked, within 40 lines."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from correlator.hits import fingerprint
from correlator.reach import Reach, Reached
from soc.alert import Hit
from soc.logsource import LogSource, load_table
from socctl.detect_output import LEVELS, STYLES, UNKNOWN_TIME, Board, Row, Spool
from socctl.language import language

if TYPE_CHECKING:
    from correlator.offline import Offline
    from correlator.pack import Pack
    from socctl.detecting import Reading

SHOWN = 6

_COLUMNS = {
    "en": ("Time (UTC)", "Level", "Rule", "Unit", "Entities", "Count", "Author"),
    "vi": ("Thời gian (UTC)", "Mức", "Luật", "Đơn vị", "Đối tượng", "Số lần", "Tác giả"),
}
_WORDS = {
    "en": {
        "files": "Files {files} · records {records} · events {events} · failed {failed}",
        "span": "Events from {first} to {last}",
        "alerts": "Hits: {levels}",
        "none": "No alert.",
        "rules": "Rules loaded {loaded} · could match these files {ready} · "
        "cannot: {no_source} no such source, {no_field} field missing",
        "unchecked": "Not checked:",
        "refused": "{count} rules not loaded: {state}",
        "source": "no such source: {source}, {count} rules{reason}",
        "field": "field missing: {rule} needs {fields}",
        "unfit": "{count} events of {what}: no rule's log source fits - name it with --logsource product=…,category=…",
        "failure": "{count} records gave no event: {why}",
        "problem": "{name}: {why}",
        "more": "… and {count} more (--why)",
        "speed": "{events} events in {seconds} s, {rate} a second",
    },
    "vi": {
        "files": "Tệp {files} · bản ghi {records} · sự kiện {events} · lỗi {failed}",
        "span": "Sự kiện từ {first} đến {last}",
        "alerts": "Lần khớp: {levels}",
        "none": "Không có cảnh báo.",
        "rules": "Luật đã nạp {loaded} · có thể khớp các tệp này {ready} · "
        "không thể: {no_source} thiếu nguồn, {no_field} thiếu trường",
        "unchecked": "Không kiểm tra được:",
        "refused": "{count} luật không nạp được: {state}",
        "source": "thiếu nguồn: {source}, {count} luật{reason}",
        "field": "thiếu trường: {rule} cần {fields}",
        "unfit": "{count} sự kiện của {what}: không luật nào có nguồn này - dùng --logsource product=…,category=…",
        "failure": "{count} bản ghi không thành sự kiện: {why}",
        "problem": "{name}: {why}",
        "more": "… và {count} mục nữa (--why)",
        "speed": "{events} sự kiện trong {seconds} s, {rate} mỗi giây",
    },
}


@dataclass(slots=True)
class Report:
    """Takes hits as they come. With a spool they are printed as JSON lines, else as a table."""

    pack: Pack
    run: Offline
    reading: Reading
    spool: Spool | None = None
    exit_code: int = 0
    _board: Board = field(default_factory=Board)
    _explained: list[str] = field(default_factory=list)

    def take(self, hit: Hit, explained: Sequence[str] = ()) -> None:
        self.exit_code = 1
        if self.spool is not None:
            self.spool.add(hit)
        else:
            self._board.add(hit, fingerprint(hit))
        self._explained += explained

    def finish(self, seconds: float, *, why: bool, refused_is_error: bool) -> None:
        """Prints it all; messages go to standard error when standard output carries JSON."""
        self.reading.progress(-1)
        if self.spool is not None:
            for data in self.spool.lines():
                sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            self.spool.close()
        else:
            _print_table(self._board.sorted())
        for line in self._explained:
            typer.echo(line, err=self.spool is not None)
        for line in self._summary(seconds, why=why):
            typer.echo(line, err=self.spool is not None)
        if self.reading.problems or (refused_is_error and self._refused()):
            self.exit_code = 2

    def _summary(self, seconds: float, *, why: bool) -> Iterator[str]:
        words, summary = _WORDS[language()], self.run.summary
        yield ""
        yield words["files"].format(
            files=len(self.reading.files),
            records=_number(self.reading.records),
            events=_number(summary.events),
            failed=_number(summary.failed),
        )
        if summary.first:
            yield words["span"].format(first=summary.first[:19], last=summary.last[:19])
        levels = " · ".join(f"{level.value} {_number(summary.hits[level])}" for level in LEVELS if summary.hits[level])
        yield words["alerts"].format(levels=levels) if levels else words["none"]
        reached = self.run.reached(self.pack.rules)
        counted = Counter(each.reach for each in reached)
        yield words["rules"].format(
            loaded=_number(len(self.pack.rules)),
            ready=_number(counted[Reach.READY]),
            no_source=_number(counted[Reach.NO_SOURCE]),
            no_field=_number(counted[Reach.NO_FIELD]),
        )
        unchecked = list(self._unchecked(reached, why=why))
        if unchecked:
            yield words["unchecked"]
            yield from (f"  {line}" for line in unchecked)
        rate = summary.events / seconds if seconds > 0 else 0
        yield words["speed"].format(events=_number(summary.events), seconds=f"{seconds:.1f}", rate=_number(int(rate)))

    def _unchecked(self, reached: Sequence[Reached], *, why: bool) -> Iterator[str]:
        words, summary = _WORDS[language()], self.run.summary
        for name, text in self.reading.problems:
            yield words["problem"].format(name=name, why=text)
        for text, count in summary.failures.most_common(SHOWN):
            yield words["failure"].format(count=_number(count), why=text)
        for state, count in self._refused().items():
            yield words["refused"].format(count=count, state=state)
        for what, count in summary.unfit.most_common(SHOWN):
            yield words["unfit"].format(count=_number(count), what=what)
        yield from _limited(list(_sources(reached)), why=why)
        missing = [each for each in reached if each.reach is Reach.NO_FIELD]
        lines = [words["field"].format(rule=each.rule.card.title, fields=", ".join(each.missing)) for each in missing]
        yield from _limited(lines, why=why)

    def _refused(self) -> Counter[str]:
        states = {"fault", "unsupported", "needs value"}
        return Counter({state.value: count for state, count in self.pack.counts().items() if state.value in states})


def _sources(reached: Sequence[Reached]) -> Iterator[str]:
    """Log sources without a single event, most rules first, and why nothing of ours gives them."""
    words, table = _WORDS[language()], load_table()
    counted: Counter[LogSource] = Counter(each.rule.logsource for each in reached if each.reach is Reach.NO_SOURCE)
    for source, count in sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0]))):
        reason = table.why_not(source) if not table.routes_for(source) else None
        text = "" if reason is None else f" - {reason.vi if language() == 'vi' else reason.en}"
        yield words["source"].format(source=source, count=count, reason=text)


def _limited(lines: list[str], *, why: bool) -> Iterator[str]:
    yield from lines if why else lines[:SHOWN]
    if not why and len(lines) > SHOWN:
        yield _WORDS[language()]["more"].format(count=len(lines) - SHOWN)


def _print_table(rows: Sequence[Row]) -> None:
    if not rows:
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Rules, users and addresses come from outside: text, never markup, and no control characters.
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS[language()]:
        table.add_column(column, overflow="fold")
    for row in rows:
        at = "" if row.first == UNKNOWN_TIME else f"{row.first:%Y-%m-%d %H:%M:%S}"
        title = row.card.title_vi if language() == "vi" and row.card.title_vi else row.card.title
        entities = ", ".join(f"{name}={value}" for name, value in row.entities)
        cells = (at, row.card.level.value, title, row.unit, entities, _number(row.count), row.card.author)
        style = STYLES.get(row.card.level.value, "")
        table.add_row(*(Text(_printable(cell), style=style if place == 1 else "") for place, cell in enumerate(cells)))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _number(value: int) -> str:
    return f"{value:,}"
