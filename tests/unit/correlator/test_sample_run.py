"""Samples prove a rule, or say what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from correlator.language.rule import Rule
from correlator.open_table import OpenTable
from correlator.sample_events import START, Arrival, SampleEvents
from correlator.sample_run import Report, SampleRun
from correlator.samples import Sample, SampleFile, Step
from soc.errors import RuleError
from soc.event import Event
from soc.logsource import LogSource, load_table
from tests.unit.correlator.test_mutation import PARTS, a_rule

CHAIN = "7f1d2a34-3c53-4c9e-8a0e-4f8f5a1f0a11"


def normalise(_: str, lines: Sequence[str]) -> list[Event]:
    """`a=1 b=2` -> an event with these fields."""
    return [dict(pair.split("=") for pair in line.split()) | {"soc.route": "any"} for line in lines if line]


def count_members(_: str, arrivals: Sequence[Arrival]) -> int:
    return len(arrivals)


def a_sample(name: str, *lines: str, positive: bool = True, **more: object) -> Sample:
    sample = Sample(name=name, positive=positive, line=3, steps=(Step(source="plain", lines=lines),))
    return replace(sample, **more)  # type: ignore[arg-type]


def a_run(rule: Rule, *samples: Sample, others: Sequence[Rule] = (), coverage: bool = False) -> Report:
    run = SampleRun([rule, *others], {CHAIN: "chain"}, OpenTable(), normalise, count_members)
    chain = SampleFile("samples/chain.yaml", CHAIN, _chain())
    return run.run([SampleFile("samples/a_rule.yaml", rule.id, samples), chain], coverage=coverage)


def _chain() -> tuple[Sample, ...]:
    step = Step(use="a_rule/one", repeat=3, every=timedelta(minutes=1))
    hit = Sample("three", positive=True, line=3, steps=(step,), timeline=True, count=3)
    none = Sample("nothing", positive=False, line=9, steps=(), timeline=True)
    return (hit, replace(hit, name="again"), none, replace(none, name="still nothing"))


RULE = a_rule("a and not filter_x", **PARTS)
GOOD = (
    a_sample("one", "a=1"),
    a_sample("two", "a=1 b=1"),
    a_sample("no a", "b=1", positive=False, differs="a"),
    a_sample("excluded", "a=1 filter_x=1", positive=False, differs="filter_x"),
)


def _failures(report: Report) -> str:
    return "\n".join(map(str, report.failures))


def test_good_samples_pass_and_prove_every_part() -> None:
    report = a_run(RULE, *GOOD, coverage=True)
    assert _failures(report) == ""
    assert report.passed
    assert (report.rules, report.samples) == (2, 8)


def test_a_sample_that_does_not_match_names_the_differing_test() -> None:
    report = a_run(RULE, a_sample("one", "a=2"), *GOOD[1:])
    assert "samples/a_rule.yaml:3: a_rule: one: does not match" in _failures(report)
    assert "a: a equals '1' - the event has ['2']" in _failures(report)


def test_an_absent_field_is_called_absent() -> None:
    assert "the event has 'absent'" in _failures(a_run(RULE, a_sample("one", "b=2"), *GOOD[1:]))


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (a_sample("no a", "a=1", positive=False), "matches, though it must not"),
        (a_sample("no a", "", positive=False), "give no event"),
        (a_sample("no a", "b=1", positive=False, differs="selection"), "no selection 'selection'"),
        (a_sample("no a", "a=1 b=1", count=2), "1 hits, 2 expected"),
    ],
)
def test_a_wrong_sample_says_so(sample: Sample, words: str) -> None:
    assert words in _failures(a_run(RULE, *GOOD[:2], sample, GOOD[3]))


def test_a_cross_hit_is_a_decision() -> None:
    other = a_rule("b", **PARTS)
    attributes = replace(other.attributes, name="other", card=replace(other.card, id="other"))
    others = [replace(other, attributes=attributes)]
    assert "also hits other" in _failures(a_run(RULE, *GOOD, others=others))
    wanted = [replace(sample, also=("other",)) if "b=1" in sample.steps[0].lines[0] else sample for sample in GOOD]
    assert "also hits" not in _failures(a_run(RULE, *wanted, others=others))
    assert "does not hit" in _failures(a_run(RULE, *(replace(sample, also=("other",)) for sample in GOOD)))


def test_a_part_that_no_sample_decides_is_named() -> None:
    report = a_run(RULE, *GOOD[:3], a_sample("no a again", "b=2", positive=False), coverage=True)
    assert report.unproved == [("a_rule", "not filter_x")]
    assert not report.passed


def test_too_few_samples_are_missing_ones() -> None:
    report = a_run(RULE, GOOD[0], GOOD[2])
    assert report.missing == [
        "a_rule: 1 samples under match, at least 2 are needed",
        "a_rule: 1 samples under no_match, at least 2 are needed",
    ]


def test_samples_of_a_rule_that_does_not_exist() -> None:
    run = SampleRun([], {}, OpenTable(), normalise, count_members)
    assert "no rule has the id" in _failures(run.run([SampleFile("x.yaml", "nobody", GOOD)]))


def test_a_correlation_with_another_count_fails() -> None:
    run = SampleRun([RULE], {CHAIN: "chain"}, OpenTable(), normalise, lambda *_: 7)
    files = [SampleFile("a.yaml", RULE.id, GOOD), SampleFile("chain.yaml", CHAIN, _chain())]
    assert "7 alerts, 3 expected" in _failures(run.run(files))
    assert "7 alerts, 0 expected" in _failures(run.run(files))


def test_fields_are_tested_under_the_rule_s_own_names() -> None:
    sample = Sample("by fields", positive=True, line=1, steps=(Step(fields={"a": 1}),))
    assert a_run(RULE, *GOOD, sample).passed


def test_a_timeline_is_laid_out_and_arrives_late() -> None:
    steps = (
        Step(at=timedelta(minutes=5), late=timedelta(hours=2), source="plain", lines=("a=1",)),
        Step(
            use="a_rule/one",
            at=timedelta(minutes=6),
            repeat=2,
            every=timedelta(minutes=1),
            vary={"user": "u{n}", "n": 1},
        ),
    )
    sample = Sample("late", positive=True, line=1, steps=steps, timeline=True)
    file = SampleFile("chain.yaml", CHAIN, (sample,))
    arrivals = SampleEvents({"a_rule": SampleFile("a.yaml", RULE.id, GOOD)}, normalise).of(file, sample)
    assert [arrival.event.get("user") for arrival in arrivals] == ["u1", "u2", None]
    assert [arrival.received - START for arrival in arrivals] == [
        timedelta(minutes=6),
        timedelta(minutes=7),
        timedelta(hours=2, minutes=5),
    ]
    assert arrivals[2].event["@timestamp"] == "2026-11-24T00:05:00.000000Z"
    assert len({arrival.event["event.id"] for arrival in arrivals}) == 3


def test_use_of_an_unknown_sample_is_a_fault() -> None:
    sample = Sample("x", positive=True, line=4, steps=(Step(use="a_rule/nothing"),), timeline=True)
    events = SampleEvents({}, normalise)
    with pytest.raises(RuleError, match="names no sample"):
        events.of(SampleFile("chain.yaml", CHAIN, (sample,)), sample)


WINDOWS = a_rule("a and not (filter_x and filter_y)", **PARTS)
WINDOWS = replace(WINDOWS, logsource=LogSource(product="windows", service="security"))


def routed(event: Event) -> str:
    """What a run over the real table says of a positive and a near miss that are this event."""
    run = SampleRun([WINDOWS], {}, load_table(), lambda _, __: [dict(event)], count_members)
    samples = (a_sample("one", "x"), a_sample("two", "x"), a_sample("no", "x", positive=False), GOOD[3])
    return _failures(run.run([SampleFile("samples/a_rule.yaml", WINDOWS.id, samples)]))


def test_a_near_miss_of_another_log_source_proves_nothing() -> None:
    said = routed({"soc.route": "linux.cron", "event.dataset": "linux.cron", "a": 1})
    assert "which the rule's log source (product=windows,service=security) does not cover" in said
    assert "no: never reaches the rule's log source" in said
    assert "route linux.cron, dataset linux.cron" in said


def test_a_line_that_was_not_understood_is_named() -> None:
    assert "was not understood: no header" in routed({"event.kind": "pipeline_error", "error.message": "no header"})


def test_a_failing_selection_is_named_by_its_first_test() -> None:
    rule = a_rule("a", a={"x": 1, "y|contains": ["left", "right"], "z|neq": 3})
    samples = (a_sample("one", "x=1 y=middle"), a_sample("two", "x=1 y=left z=3"))
    run = SampleRun([rule], {}, OpenTable(), normalise, count_members)
    said = _failures(run.run([SampleFile("samples/a_rule.yaml", rule.id, samples)]))
    assert "a: y contains 'left' - the event has ['middle']" in said
    assert "a: y contains 'right' - the event has ['middle']" in said
    assert "a: a negated test holds" in said
    assert "x equals" not in said


def test_a_long_value_is_cut() -> None:
    assert "..." in _failures(a_run(RULE, a_sample("one", f"a={'x' * 300}"), *GOOD[1:]))
