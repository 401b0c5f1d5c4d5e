from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
import yaml

from correlator.compile import Match, RuleSet
from correlator.language.attributes import Origin
from correlator.language.documents import read_documents
from correlator.language.problems import Place
from correlator.language.rule import Rule, read_rule
from correlator.language.sigma_filter import Filter
from soc.logsource import FieldPlan, LogSource, LogSourceTable, Route

SYSMON = Route(
    "sysmon.process",
    {"winlog.channel": ("Sysmon/Operational",), "winlog.event_id": ("1",)},
    (LogSource("windows", "process_creation"), LogSource("windows", None, "sysmon")),
    root=("winlog.event_data",),
    header={"EventID": "winlog.event_id", "Channel": "winlog.channel"},
)
SECURITY = Route(
    "security",
    {"winlog.channel": ("Security",)},
    (LogSource("windows", None, "security"),),
    root=("winlog.event_data",),
    header={"EventID": "winlog.event_id", "Channel": "winlog.channel"},
)
CREATED = Route(
    "security.process",
    {"winlog.channel": ("Security",), "winlog.event_id": ("4688",)},
    (LogSource("windows", "process_creation"), LogSource("windows", None, "security")),
    root=("winlog.event_data",),
    fields={"Image": FieldPlan(("winlog.event_data.NewProcessName",))},
    header={"EventID": "winlog.event_id", "Channel": "winlog.channel"},
)
AUDITD = Route(
    "auditd",
    {"event.dataset": ("auditd.log",)},
    (LogSource("linux", None, "auditd"),),
    root=("auditd.records",),
    each="auditd.records",
)
TABLE = LogSourceTable((SYSMON, SECURITY, CREATED, AUDITD))


def a_rule(selection: Any, condition: str = "selection", *, logsource: Mapping[str, str], **others: Any) -> Rule:
    document = {
        "title": "T",
        "id": f"{selection}{condition}",
        "name": "t",
        "logsource": logsource,
        "detection": {"selection": selection, "condition": condition, **others},
    }
    place = Place()
    found = read_rule(document, place, Origin("", "", 0), {})
    assert found is not None, place.found
    return found


PROCESS = {"product": "windows", "category": "process_creation"}
SERVICE = {"product": "windows", "service": "security"}


def evaluated(rules: Sequence[Rule], event: dict[str, Any], *filters: Filter) -> list[Match]:
    return RuleSet(rules, TABLE, filters=filters).evaluate(event)


def sysmon(**fields: Any) -> dict[str, Any]:
    event = {"winlog.channel": "sysmon/operational", "winlog.event_id": 1}
    return event | {f"winlog.event_data.{name}": value for name, value in fields.items()}


def created(**fields: Any) -> dict[str, Any]:
    event = {"winlog.channel": "Security", "winlog.event_id": "4688", "soc.route": "security.process"}
    return event | {f"winlog.event_data.{name}": value for name, value in fields.items()}


def test_a_rule_sees_only_events_of_its_log_source() -> None:
    rule = a_rule({"Image|endswith": "\\cmd.exe"}, logsource=PROCESS)
    assert evaluated([rule], sysmon(Image="C:\\CMD.EXE"))
    assert not evaluated([rule], {"event.dataset": "auditd.log", "Image": "C:\\cmd.exe"})
    assert not evaluated([rule], {"Image": "C:\\cmd.exe"})


def test_names_mean_what_the_route_says() -> None:
    rule = a_rule({"Image|endswith": "\\cmd.exe"}, logsource=PROCESS)
    (match,) = evaluated([rule], created(NewProcessName="C:\\Cmd.exe"))
    assert match.fields == {"Image": "C:\\Cmd.exe"}
    assert match.read("Image").texts == ("C:\\Cmd.exe",)


def test_the_event_id_is_a_constant_of_its_route() -> None:
    security, process = ({"product": "windows", "service": name} for name in ("security", "sysmon"))
    never = a_rule({"EventID": 4625}, logsource=process)
    rules = RuleSet([never], TABLE)
    assert rules.evaluate(sysmon()) == []
    assert rules.program("sysmon.process").size == 0
    assert rules.covers(sysmon())
    always = a_rule({"EventID": 4688, "Channel": "security"}, logsource=security)
    assert evaluated([always], created())[0].fields == {"EventID": "4688", "Channel": "Security"}


def test_rules_are_found_by_event_id_whatever_its_type() -> None:
    rules = [
        a_rule({"EventID": [4624, 4625]}, logsource=SERVICE),
        a_rule([{"EventID": 4625, "a": 1}, {"EventID": 4626}], logsource=SERVICE),
        a_rule({"a": 1}, logsource=SERVICE),
        a_rule({"EventID": 4627}, "not selection", logsource=SERVICE),
    ]
    matched = {}
    for number in (4624, "4625", 4626, 4627, [4624, 4626], None):
        event = {"winlog.channel": "Security", "winlog.event_id": number, "winlog.event_data.a": 1}
        matched[str(number)] = [rules.index(match.rule) for match in evaluated(rules, event)]
    assert matched == {
        "4624": [0, 2, 3],
        "4625": [0, 1, 2, 3],
        "4626": [1, 2, 3],
        "4627": [2],
        "[4624, 4626]": [0, 1, 2, 3],
        "None": [2, 3],
    }


def test_a_cased_test_is_left_to_the_event() -> None:
    rule = a_rule({"Channel|cased": "Sysmon/Operational"}, logsource=PROCESS)
    assert not evaluated([rule], sysmon())


def test_each_record_of_a_group_is_tested_alone() -> None:
    logsource = {"product": "linux", "service": "auditd"}
    rule = a_rule({"type": "EXECVE", "a0": "wget"}, logsource=logsource)
    records = [{"type": "SYSCALL", "a0": "wget"}, {"type": "EXECVE", "a0": "ls"}]
    event = {"event.dataset": "auditd.log", "auditd.records": records}
    assert not evaluated([rule], event)
    more = [*records, {"type": "EXECVE", "a0": "wget"}, {"type": "EXECVE", "a0": "wget"}]
    assert len(evaluated([rule], {**event, "auditd.records": more})) == 1


def test_a_negated_field_that_the_route_never_has_is_told() -> None:
    rule = a_rule(
        {"Image|endswith": "cmd.exe"}, "selection and not f", logsource=PROCESS, f={"Hashes|contains": "MD5=1"}
    )
    assert evaluated([rule], created(NewProcessName="cmd.exe"))[0].weak_filter == ("Hashes",)
    assert evaluated([rule], sysmon(Image="cmd.exe"))[0].weak_filter == ()


def test_matched_fields_keep_the_events_spelling_and_leave_out_what_did_not_decide() -> None:
    rule = a_rule(
        [{"a|contains": ["x", "y"], "b": "*"}, {"c": 1}, "word"], "selection and not f", logsource=SERVICE, f={"d": 1}
    )
    event = {
        "winlog.channel": "Security",
        "winlog.event_data.a": ["XA", "n", "yB"],
        "winlog.event_data.b": "B",
        "winlog.event_data.c": 2,
        "message": "A Word",
    }
    (match,) = evaluated([rule], event)
    assert match.fields == {"a": ["XA", "yB"], "b": "B", "keywords": "A Word"}


def test_keywords_do_not_see_units_names_or_enrichment() -> None:
    rule = a_rule(["vinh"], logsource=SERVICE)
    hidden = {"winlog.channel": "Security", "unit.id": "vinh", "host.name": "vinh", "winlog.event_data.vinh": "x"}
    assert not evaluated([rule], hidden)
    for name in ("winlog.event_data.a", "winlog.user_data.x", "message", "soc.overflow", "event.original"):
        seen = evaluated([rule], {**hidden, name: "at Vinh"})
        assert bool(seen) == (name != "winlog.user_data.x"), name
    assert not evaluated([rule], {**hidden, "event.original": '{"vinh": "vinh"}'})


FILTER = """
title: F
id: f
logsource: {product: windows}
filter: {rules: [t], selection: {user: admin}, condition: not selection}
"""


def a_filter(text: str = FILTER) -> Filter:
    (document,) = read_documents(text.encode(), "f.yml", {})
    assert isinstance(document.content, Filter), document.faults
    return document.content


def test_a_filter_counts_what_it_takes_away() -> None:
    rules = RuleSet([a_rule({"a": 1}, logsource=SERVICE)], TABLE, filters=[a_filter()])
    event = {"winlog.channel": "Security", "winlog.event_data.a": 1}
    assert rules.evaluate(event)
    assert rules.evaluate({**event, "winlog.event_data.user": "Admin"}) == []
    assert rules.removed == {"f": 1}


@pytest.mark.parametrize("change", [{"logsource": {"product": "linux"}}, {"logsource": {**SERVICE, "category": "x"}}])
def test_a_filter_of_another_log_source_is_not_applied(change: dict[str, Any]) -> None:
    document = {**yaml.safe_load(FILTER), **change}
    rule = a_rule({"a": 1}, logsource=SERVICE)
    event = {"winlog.channel": "Security", "winlog.event_data.a": 1, "winlog.event_data.user": "admin"}
    assert evaluated([rule], event, a_filter(yaml.safe_dump(document)))


def test_the_last_day_of_a_filter_ends_at_midnight_in_the_province() -> None:
    from datetime import datetime

    found = a_filter(FILTER + "expires: 2026-11-24\nowner: An\nreason: planned\n")
    assert (found.expires, found.owner, found.reason) == (date(2026, 11, 24), "An", "planned")
    assert found.holds_at(datetime.fromisoformat("2026-11-24T16:59:59+00:00"))
    assert not found.holds_at(datetime.fromisoformat("2026-11-24T17:00:00+00:00"))
