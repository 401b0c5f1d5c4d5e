"""What sections are put together with: a figure for this period and the three it is compared with, cells, sentences.

A sentence takes its numbers through figures that a table of the same report holds (posture-and-reports.md 5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter

from reports.monthly import wording
from reports.monthly.figures import Asked, Book, Change, Figure, Reduce, Where
from reports.monthly.model import Cell, Chart, ChartKind, Missing, Paragraph, Run, Series, Table
from reports.monthly.printed import short
from reports.monthly.queries import of_period
from reports.monthly.wording import Noun
from soc.period import Period, Reporting, label, previous, year_before, year_to_date


class When(StrEnum):
    """The periods that stand side by side in a table."""

    THIS = "this"
    PREVIOUS = "previous"
    LAST_YEAR = "last_year"
    YEAR = "ytd"


KEPT_BY_HAND = frozenset({"systems@1"})
"""A register is known without any log."""

WIDTHS = (30, 10, 10, 20, 15, 15)
HEAD = ("Kỳ này", "Kỳ trước", "So với kỳ trước", "Cùng kỳ năm trước", "Lũy kế từ đầu năm")


Named = Mapping[str, Sequence[tuple[str, Figure]]]
"""Series by name: pairs of label and figure."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a table: how it is read in each of the periods. `cumulates`: a year to date means something."""

    name: str
    label: str
    query: str
    reduce: Reduce = Reduce.COUNT
    of: str = ""
    where: Where = field(default_factory=dict)
    also: Where = field(default_factory=dict)
    places: int = 0
    noun: Noun = Noun("")  # noqa: RUF009 - frozen
    cumulates: bool = True


@dataclass(slots=True)
class Frame:
    """One report in the making. `begun`: nothing is known from before; a period that began earlier has no figures."""

    book: Book
    period: Period
    reporting: Reporting
    begun: Callable[[Period], str]
    unit_name: Callable[[str], str]
    printed: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        return label(self.period, self.reporting)

    def of(self, when: When) -> Period:
        match when:
            case When.PREVIOUS:
                return previous(self.period, self.reporting)
            case When.LAST_YEAR:
                return year_before(self.period, self.reporting)
            case When.YEAR:
                return year_to_date(self.period, self.reporting)
        return self.period

    def ask(self, query: str, when: When = When.THIS) -> Asked:
        return self.book.ask(query, **of_period(self.of(when)))

    def figure(self, table: str, line: Line, when: When = When.THIS) -> Figure:
        """`2026-10/b05/high/this`. Of a period from before the beginning: missing, with the reason."""
        id = f"{self.label}/{table}/{line.name}/{when}"
        asked = self.ask(line.query, when)
        if (why := self.begun(self.of(when))) and not (line.query in KEPT_BY_HAND and when is When.THIS):
            return self.book.missing(id, asked, why)
        return self.book.add(id, asked, line.reduce, of=line.of, where=line.where, also=line.also, places=line.places)

    def row(self, table: str, line: Line) -> tuple[Cell, ...]:
        """Label, this period, the previous one, the change in words, last year's, the year to date."""
        this, before, last = (self.figure(table, line, when) for when in (When.THIS, When.PREVIOUS, When.LAST_YEAR))
        change = self.change(table, line)
        year = self.cell(self.figure(table, line, When.YEAR)) if line.cumulates else Cell(wording.NONE, number=True)
        return (Cell(line.label), self.cell(this), self.cell(before), self.changed(change), self.cell(last), year)

    def table(self, id: str, title: str, first: str, lines: Iterable[Line], base: str = "", note: str = "") -> Table:
        """A table whose rows are lines."""
        rows = tuple(self.row(id, line) for line in lines)
        return Table(id, title, (first, *HEAD), rows, base, " ".join((note, self.lacking())).strip(), widths=WIDTHS)

    def lacking(self) -> str:
        """Why there is nothing to compare with, said once below a table."""
        reasons = {when: self.begun(self.of(when)) for when in (When.PREVIOUS, When.LAST_YEAR)}
        names = [
            name for when, name in ((When.PREVIOUS, "kỳ trước"), (When.LAST_YEAR, "cùng kỳ năm trước")) if reasons[when]
        ]
        why = next((reason for reason in reasons.values() if reason), "")
        return f"Không có số liệu {', '.join(names)}: {why}." if names else ""

    def cell(self, figure: Figure) -> Cell:
        self.printed.add(figure.id)
        note = figure.reason if figure.value is None and figure.reason != "no_cases" else ""
        return Cell(wording.shown(figure), figure.id, number=True, note=note)

    def changed(self, change: Change) -> Cell:
        """In a column that says with what is compared, so the cell does not."""
        return Cell(short(change.text, change.against), change.id)

    def say(self, about: str, template: str, /, **parts: Figure | Change | str) -> Paragraph | Missing:
        """`{name}` becomes a figure or words. A figure must stand in a table that is printed. With a figure that has
        no value there is no sentence; it is said that there is none `about` this."""
        runs: list[Run] = []
        for text, name, _, _ in Formatter().parse(template):
            if text:
                runs.append(Run(text))
            if not name:
                continue
            part = parts[name]
            if isinstance(part, str):
                runs.append(Run(part))
                continue
            if isinstance(part, Change):
                runs.append(Run(part.text, part.id))
                continue
            if part.id not in self.printed:
                raise ValueError(f"'{part.id}' stands in no table of this report")
            if part.value is None and part.reason != "no_cases":
                return Missing(about, part.reason)
            runs.append(Run(wording.shown(part), part.id))
        return Paragraph(tuple(runs))

    def chart(
        self, id: str, kind: ChartKind, title: str, unit: str, series: Mapping[str, Sequence[tuple[str, Figure]]]
    ) -> Chart:
        """All series have the same labels."""
        labels = tuple(name for name, _ in next(iter(series.values()), ()))
        made = tuple(
            Series(name, tuple(one.shown for _, one in pairs), tuple(one.id for _, one in pairs))
            for name, pairs in series.items()
        )
        return Chart(id, kind, title, unit, labels, made)

    def change(self, table: str, line: Line, against: wording.Against = wording.Against.PREVIOUS) -> Change:
        """In words; both figures are read."""
        when = When.PREVIOUS if against is wording.Against.PREVIOUS else When.LAST_YEAR
        return self.compare(self.figure(table, line), self.figure(table, line, when), line.noun, against)

    def compare(
        self, now: Figure, base: Figure, noun: Noun, against: wording.Against = wording.Against.PREVIOUS
    ) -> Change:
        """Two figures, however they were made."""
        said = wording.called(against, self.period.type)
        id = f"{now.id}/{base.id.rpartition('/')[2]}"
        made = Change(id, now.id, base.id, noun.text, said, wording.change(now, base, noun, said))
        return self.book.changes.setdefault(id, made)
