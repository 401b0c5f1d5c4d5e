"""The alert in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards.alerts.story import (
    Part,
    entities_of,
    history_of,
    link_of,
    marks_of,
    meaning_of,
    sample_of,
    steps_of,
    techniques_of,
    title_of,
)
from dashboards.shell.i18n import catalogue
from soc.alert import ActorKind, AlertEvent
from tests.builders import NOON, an_event
from tests.unit.dashboards.life import RULE, an_alert, some_alerts

VI = catalogue("vi").gettext


def an_event_of_history(kind: str, **changes: object) -> AlertEvent:
    fields = {"seq": 1, "alert_id": "a", "at": NOON, "actor": "an.nt", "actor_kind": ActorKind.PERSON, "kind": kind}
    fields |= {"before": {}, "after": {}, "note": "", "request_id": "r"}
    return AlertEvent(**(fields | changes))  # type: ignore[arg-type]


def test_the_rules_sentence_is_filled_from_the_alert() -> None:
    alert = an_alert(rule=replace(RULE, meaning_vi="Máy {host.name}: {source.ip} ({count} lần)."))

    assert meaning_of(alert, "vi") == (
        Part("Máy "),
        Part("(host.name)"),
        Part(": "),
        Part("source.ip", "203.0.113.45"),
        Part(" ("),
        Part("count", 412),
        Part(" lần)."),
    )


def test_many_entities_of_one_field_are_counted() -> None:
    entities = tuple(("user.name", name) for name in ("a", "b", "c"))
    alert = an_alert(rule=replace(RULE, meaning_vi="{user.name}"), entities=entities)

    assert meaning_of(alert, "vi") == (Part("user.name", "a (+2)"),)


def test_a_correlation_fills_with_its_own_group_and_count() -> None:
    scan = replace(some_alerts()[1], entities=(), rule=replace(RULE, meaning_vi="{source.ip}: {count}"))

    assert meaning_of(scan, "vi") == (Part("source.ip", "198.51.100.7"), Part(": "), Part("count", 47))


def test_a_rule_without_vietnamese_speaks_english() -> None:
    alert = an_alert(rule=replace(RULE, title_vi="", meaning_vi=""))

    assert title_of(alert, "vi") == RULE.title
    assert meaning_of(alert, "vi")[0].text == "The address "
    assert title_of(an_alert(), "en") == RULE.title


def test_entities_get_words() -> None:
    labels = [entity.label for entity in entities_of(an_alert(entities=(("host.name", "a"), ("x.y", "b"))), VI)]

    assert labels == ["Máy", "x.y"]


@pytest.mark.parametrize(
    ("link", "shown"),
    [("https://a.example/r", "https://a.example/r"), ("http://a.example", ""), ("javascript:alert(1)", ""), ("", "")],
)
def test_only_safe_links_are_links(link: str, shown: str) -> None:
    assert link_of(an_alert(rule=replace(RULE, link=link))) == shown


def test_a_sample_has_a_telling_line_and_maybe_its_raw_one() -> None:
    with_raw = sample_of(an_event() | {"event.original": "raw", "process.command_line": "whoami"})
    without = sample_of({})

    assert (with_raw.headline, with_raw.raw, with_raw.at) == ("whoami", "raw", NOON)
    assert (without.raw, without.headline) == (None, "")
    assert "event.original" not in dict(with_raw.fields)


@pytest.mark.parametrize(
    ("event", "who", "what", "note"),
    [
        (an_event_of_history("raised", actor="system", actor_kind=ActorKind.SYSTEM), "Hệ thống", "phát cảnh báo", ""),
        (an_event_of_history("level", after={"level": "high"}), "An", "đổi mức thành cao", ""),
        (an_event_of_history("assign", after={"owner": "bao"}), "An", "phân công cho bao", ""),
        (an_event_of_history("close", after={"verdict": "false_positive", "reason": "rule_logic"}, note="n"), "An",
         "đóng: cảnh báo sai, luật bắt quá rộng", "n"),
        (an_event_of_history("ask_unit", after={"question": {"text": "Ai?"}}), "An", "hỏi đơn vị", "Ai?"),
        (an_event_of_history("new_kind"), "An", "new_kind", ""),
    ],
)  # fmt: skip
def test_history_is_told_in_words(event: AlertEvent, who: str, what: str, note: str) -> None:
    (line,) = history_of((event,), {"an.nt": "An"}, VI)

    assert (line.who, line.what, line.note) == (who, what, note)


def test_steps_are_filled_and_queries_are_marked() -> None:
    steps = steps_of(an_alert(), ("Xem `source.ip:{source.ip}` rồi hỏi {user.name}",))

    assert steps == [
        [
            Part("Xem "),
            Part("source.ip:", code=True),
            Part("source.ip", "203.0.113.45", code=True),
            Part(" rồi hỏi "),
            Part("user.name", "hai.nv"),
        ]
    ]


def test_tags_are_written_as_people_know_them() -> None:
    tags = ("attack.initial-access", "attack.t1078", "cve.2021-44228", "attack.t1110.003", "odd", "car.x")

    assert techniques_of(an_alert(rule=replace(RULE, tags=tags)), str) == (
        "T1078, CVE-2021-44228, T1110.003, initial access, car.x"
    )


def test_the_raw_line_is_marked_where_something_matched() -> None:
    matched = {"a": "C:\\x.exe", "b": 7, "c": "y" * 300, "d": ["one", "two"]}

    assert marks_of(an_alert(matched=matched, entities=(("host.name", "pc-1"),))) == (
        "C:\\x.exe",
        "one, two",
        "pc-1",
        "C:\\\\x.exe",
    )
