"""Every row and sentence of sigma-engine.md 1, 3 and 4, as verdicts of the engine alone (`conformance/*.yml`).

A case is a selection (`sel`), a `detection`, named `parts` with a `condition`, a whole `text`, a rule with `filters`,
or a `correlation` with its `timeline`; and what must come of it: `hits` and `misses`, `alerts`, or a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from correlator.match_file import match_rules
from soc.errors import RuleError

FOLDER = Path(__file__).parent / "conformance"
LEAST = 1_000

BASE = [
    {"name": "base", "kind": "fail"},
    {"name": "good", "kind": "ok"},
    {"name": "third", "kind": "third"},
    {"name": "both", "kind": "fail"},
    {"id": "5b3a4b50-7f0a-4d2e-9d3b-0b1f6a3c2d99", "kind": "byid"},
]
MANY = {
    "type": "event_count",
    "rules": ["base"],
    "group-by": ["user"],
    "timespan": "60s",
    "condition": {"gte": 3},
}

# A key that is none of these would be a verdict that nobody asks for.
KEYS = frozenset(
    {"about", "sel", "detection", "parts", "condition", "text", "rule", "filters", "correlation", "timeline", "alerts"}
    | {"hits", "misses", "placeholders", "refused", "unsupported"}
)

Case = Mapping[str, Any]


def cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for case in yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader):
            assert case.keys() <= KEYS, case["about"]
            found.append(pytest.param(case, id=f"{path.stem}: {case['about']}"))
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES)
def test_the_engine_gives_every_verdict_of_the_specification(case: Case) -> None:
    words = case.get("refused") or case.get("unsupported")
    if words:
        with pytest.raises(RuleError) as refusal:
            match_rules(text_of(case).encode(), [], site=case.get("placeholders"))
        first = str(refusal.value.faults[0])
        assert re.search(words, first), first
        assert re.fullmatch(r"rules\.yml(:\d+){0,2}: SOC-1\d{3}: \S[^\n]+", first), first
        assert ("unsupported" in case) == ("not supported" in first), first
    elif "timeline" in case:
        assert alerts_of(case) == expected_alerts(case)
    else:
        assert wrong_verdicts(case) == []


def test_the_suite_is_as_large_as_promised() -> None:
    verdicts = sum(len(case.values[0].get(key, ())) for case in CASES for key in ("hits", "misses"))
    single = sum(1 for case in CASES if not case.values[0].keys() & {"hits", "misses"})
    assert verdicts + single >= LEAST


def test_no_two_cases_share_a_sentence() -> None:
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names)


def wrong_verdicts(case: Case) -> list[tuple[str, Mapping[str, Any]]]:
    """(what was expected, the event) of each verdict that differs; all events go in as one file."""
    wanted = [("hit", each) for each in case.get("hits", ())] + [("miss", each) for each in case.get("misses", ())]
    events = [event_of(each, case) for _, each in wanted]
    found = set(match_rules(text_of(case).encode(), events, site=case.get("placeholders")))
    pairs = zip(wanted, events, strict=True)
    return [
        (answer, event) for index, ((answer, _), event) in enumerate(pairs) if (answer == "hit") != (index in found)
    ]


def event_of(written: Any, case: Case) -> Mapping[str, Any]:
    """A whole event, the names of the parts that hold, or the value of the field `f`."""
    if isinstance(written, dict) and "event" in written:
        return dict(written["event"])
    if "parts" in case:
        return dict.fromkeys(str(written).split(), 1)
    return {"f": written}


def text_of(case: Case) -> str:
    if "text" in case:
        return str(case["text"])
    if "correlation" in case:
        return correlation_text(case)
    if "filters" in case:
        rule = {"title": "R", "name": "r"} | case["rule"]
        return yaml.safe_dump_all([rule, *({"title": f"F{n}"} | each for n, each in enumerate(case["filters"]))])
    detection = case.get("detection") or {"selection": case.get("sel"), "condition": "selection"}
    if "parts" in case:
        detection = {name: {name: 1} for name in case["parts"]} | {"condition": case["condition"]}
    rule = {"title": "R", "logsource": {"category": "test"}, "detection": detection}
    return yaml.safe_dump(rule, allow_unicode=True, sort_keys=False)


def correlation_text(case: Case) -> str:
    documents: list[Mapping[str, Any]] = []
    for rule in BASE:
        named = {key: value for key, value in rule.items() if key != "kind"}
        detection = {"s": {"kind": rule["kind"]}, "condition": "s"}
        documents.append({"title": "Base", **named, "logsource": {"category": "test"}, "detection": detection})
    documents.append({"title": "Many", "name": "many", "correlation": {**MANY, "generate": False}})
    documents.append({"title": "It", "name": "it", "correlation": case["correlation"]})
    return yaml.safe_dump_all(used(documents, case), allow_unicode=True, sort_keys=False)


def used(documents: Sequence[Mapping[str, Any]], case: Case) -> list[Mapping[str, Any]]:
    """Without the inner correlation where nothing refers to it: it would raise alerts of its own."""
    refers = isinstance(case["correlation"], dict) and "many" in case["correlation"].get("rules", ())
    return [each for each in documents if each.get("name") != "many" or refers]


def alerts_of(case: Case) -> list[Any]:
    events = [{"t": at, "event": {"kind": kind} | fields} for at, kind, fields in case["timeline"]]
    found = match_rules(text_of(case).encode(), events)
    return [each if isinstance(each, int) else (each["at"], each["group"]) for each in found]


def expected_alerts(case: Case) -> list[Any]:
    return [int(each.split()[1]) if isinstance(each, str) else (each[0], each[1]) for each in case["alerts"]]
