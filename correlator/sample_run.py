"""Runs samples: production matcher and oracle must agree with each other and with the sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from correlator.compile import RuleSet, Table
from correlator.keyword_scope import keyword_reader
from correlator.language.form import KEYWORDS, And, Atom, Form, Not
from correlator.language.rule import Rule
from correlator.language.values import Values
from correlator.mutation import mutants
from correlator.open_table import OpenTable
from correlator.oracle import test_of
from correlator.sample_events import Arrival, Normalise, SampleEvents
from correlator.samples import Sample, SampleFile
from soc.event import Event

Episodes = Callable[[str, Sequence[Arrival]], int]
"""(id of a correlation, events in the order of arrival) -> its alerts."""

SHOWN_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """A sample that did not do what it says. `why`: the first differing tests, one a line."""

    path: str
    line: int
    rule: str
    sample: str
    message: str
    why: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.path}:{self.line}: {self.rule}: {self.sample}: {self.message}"
        return "\n".join((head, *(f"    {line}" for line in self.why)))


@dataclass(slots=True)
class Report:
    """What a run found. `missing`: rules without enough samples. `unproved`: (rule, part) no sample decides.
    `kept`, `broken`: ids of the rules whose samples did what they say, and of the others."""

    rules: int = 0
    samples: int = 0
    failures: list[Failure] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unproved: list[tuple[str, str]] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    @property
    def passed(self) -> bool:
        return not (self.failures or self.missing or self.unproved)


class SampleRun:
    """Samples of one pack. `episodes` evaluates a correlation over its base rules."""

    def __init__(
        self,
        rules: Sequence[Rule],
        correlations: Mapping[str, str],
        table: Table,
        normalise: Normalise,
        episodes: Episodes,
    ) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self._correlations = correlations  # id -> name
        self._table = table
        self._normalise = normalise
        self._episodes = episodes
        self._pack = RuleSet(rules, table)

    def run(self, files: Sequence[SampleFile], *, only: frozenset[str] | None = None, coverage: bool = False) -> Report:
        """Every sample of every file, or of the rules in `only`; with `coverage` also the mutation check."""
        events = SampleEvents({self._name(file.rule): file for file in files}, self._normalise)
        report = Report(missing=list(self._without_samples(files, only)))
        for file in files:
            if only is not None and file.rule not in only:
                continue
            report.rules += 1
            report.samples += len(file.samples)
            before = len(report.failures)
            if file.rule not in self._rules and file.rule not in self._correlations:
                text = f"no rule has the id {file.rule}"
                report.failures.append(Failure(file.path, 1, file.rule, "", text))
            elif file.rule in self._correlations:
                report.failures += self._correlation(file, events)
            else:
                self._single(file, events, report, coverage=coverage)
            (report.broken if len(report.failures) > before else report.kept).add(file.rule)
        return report

    def _name(self, rule_id: str) -> str:
        rule = self._rules.get(rule_id)
        return rule.attributes.name if rule else self._correlations.get(rule_id, rule_id)

    def _without_samples(self, files: Iterable[SampleFile], only: frozenset[str] | None) -> Iterable[str]:
        counts = {
            file.rule: Counter("match" if sample.positive else "no_match" for sample in file.samples) for file in files
        }
        for rule_id in (*self._rules, *self._correlations):
            if only is not None and rule_id not in only:
                continue
            found = counts.get(rule_id, Counter())
            for key in ("match", "no_match"):
                if found[key] < 2:
                    yield f"{self._name(rule_id)}: {found[key]} samples under {key}, at least 2 are needed"

    def _correlation(self, file: SampleFile, events: SampleEvents) -> Iterable[Failure]:
        for sample in file.samples:
            count = self._episodes(file.rule, events.of(file, sample))
            wanted = (sample.count if sample.count is not None else 1) if sample.positive else 0
            if count != wanted:
                text = f"{count} alerts, {wanted} expected"
                yield Failure(file.path, sample.line, self._name(file.rule), sample.name, text)

    def _single(self, file: SampleFile, events: SampleEvents, report: Report, *, coverage: bool) -> None:
        rule = self._rules[file.rule]
        cases = [(sample, [arrival.event for arrival in events.of(file, sample)]) for sample in file.samples]
        for sample, found in cases:
            report.failures += self._judge(rule, file, sample, found)
        if coverage:
            report.unproved += [(self._name(rule.id), part) for part in self._unproved(rule, cases)]

    def _judge(self, rule: Rule, file: SampleFile, sample: Sample, found: list[Event]) -> Iterable[Failure]:
        name = self._name(rule.id)

        def failure(message: str, why: Iterable[str] = ()) -> Failure:
            return Failure(file.path, sample.line, name, sample.name, message, tuple(why)[:SHOWN_FAILURES])

        unrouted = any(step.fields is not None for step in sample.steps)
        pack = RuleSet([rule], OpenTable()) if unrouted else self._pack
        hits = Counter(match.rule.id for event in found for match in pack.evaluate(event))
        slow = sum(plain_verdict(rule, event, OpenTable() if unrouted else self._table) for event in found)
        if hits[rule.id] != slow:
            yield failure(f"the matcher finds {hits[rule.id]} hits and the oracle {slow}")
        yield from self._verdict(rule, sample, found, hits[rule.id], failure)
        others = sorted(self._name(rule_id) for rule_id in hits if rule_id != rule.id)
        for other in others:
            if other not in sample.also:
                yield failure(f"also hits {other} - add it to `also` or narrow one of the rules")
        for other in sample.also:
            if other not in others:
                yield failure(f"`also` names {other}, which does not hit")

    def _verdict(
        self, rule: Rule, sample: Sample, found: list[Event], hits: int, failure: Callable[..., Failure]
    ) -> Iterable[Failure]:
        if not found:
            yield failure("the lines give no event")
        elif sample.positive and not hits:
            yield failure("does not match", (line for event in found for line in self._why_not(rule, event)))
        elif sample.positive and sample.count is not None and hits != sample.count:
            yield failure(f"{hits} hits, {sample.count} expected")
        elif not sample.positive and hits:
            yield failure("matches, though it must not")
        elif not sample.positive and not self._reaches(rule, sample, found):
            yield failure("never reaches the rule's log source, so it proves nothing", map(_place, found))
        if sample.differs and sample.differs not in rule.detection.selections:
            yield failure(f"differs: the rule has no selection '{sample.differs}'")

    def _reaches(self, rule: Rule, sample: Sample, found: list[Event]) -> bool:
        if any(step.fields is not None for step in sample.steps):
            return True
        routes = self._table.routes_for(rule.logsource)
        return any(_route(event, self._table) in routes for event in found)

    def _why_not(self, rule: Rule, event: Event) -> Iterable[str]:
        route = _route(event, self._table)
        if event.get("event.kind") == "pipeline_error":
            yield f"the line was not understood: {event.get('error.message')}"
            return
        if route not in self._table.routes_for(rule.logsource):
            yield f"the event is of route {route}, which the rule's log source ({rule.logsource}) does not cover"
            return
        for name, form in rule.detection.selections.items():
            read = _Reading(rule, event, self._table)
            if not test_of(form, lambda field: field)(read):
                yield from (f"{name}: {line}" for line in _first_differing(form, read))

    def _unproved(self, rule: Rule, cases: list[tuple[Sample, list[Event]]]) -> Iterable[str]:
        """Parts whose removal changes no verdict."""
        for mutant in mutants(rule):
            pack = RuleSet([mutant.rule], self._table)
            changed = any(
                bool(pack.evaluate(event)) != bool(plain_verdict(rule, event, self._table))
                for _, found in cases
                for event in found
            )
            if not changed:
                yield mutant.part


class _Reading(dict[str, Values]):
    """An event by the rule's own field names."""

    def __init__(self, rule: Rule, event: Event, table: Table) -> None:
        self._rule, self._event, self._table = rule, event, table
        self.route = _route(event, table)

    def __missing__(self, name: str) -> Values:
        if name == KEYWORDS:
            reader = keyword_reader(self._table.routes.get(self.route))
        else:
            reader = self._table.accessor(self.route, name, self._rule.logsource)
        values = self[name] = Values(reader(self._event))
        return values


def _route(event: Event, table: Table) -> str:
    """The event's route; a flat event of a sample may leave it out."""
    written = str(event.get("soc.route", ""))
    return written if written in table.routes else table.route_of(event)


def plain_verdict(rule: Rule, event: Event, table: Table) -> bool:
    """The rule as written, nothing folded, nothing indexed."""
    read = _Reading(rule, event, table)
    if read.route not in table.routes_for(rule.logsource):
        return False
    return test_of(rule.form, lambda name: name)(read)


def _first_differing(form: Form, read: _Reading) -> Iterable[str]:
    """The tests that fail, in words; of an AND the first one, of an OR all."""
    if isinstance(form, Atom):
        shown = list(read[form.field].raw) if read[form.field].exists else "absent"
        yield f"{form.field or 'keywords'} {form.op.value} {form.payload!r} - the event has {_cut(repr(shown))}"
    elif isinstance(form, Not):
        yield "a negated test holds"
    else:
        failing = (part for part in form.parts if not test_of(part, lambda name: name)(read))
        for part in failing:
            yield from _first_differing(part, read)
            if isinstance(form, And):
                return


def _cut(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}..."


def _place(event: Event) -> str:
    return f"route {event.get('soc.route')}, dataset {event.get('event.dataset')}"
