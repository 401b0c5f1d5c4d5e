from __future__ import annotations

import os
from pathlib import Path

import pytest

from correlator.language.documents import State
from correlator.pack import Pack, site_values
from tests.builders import NOON

RULE = """title: {title}
id: {id}
name: {id}
logsource: {{category: test}}
detection: {{s: {{a: '{value}'}}, condition: s}}
"""
CORRELATION = """title: C {id}
id: {id}
name: {id}
correlation: {{type: event_count, rules: [{rules}], timespan: 5m, condition: {{gte: 2}}{more}}}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def rule(identity: str, value: str = "1", title: str = "T") -> str:
    return RULE.format(id=identity, value=value, title=title)


def correlation(identity: str, rules: str, more: str = "") -> str:
    return CORRELATION.format(id=identity, rules=rules, more=more)


def test_one_bad_file_loses_no_other_rule(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", rule("a"))
    write(tmp_path, "b.yml", "title: [")
    write(tmp_path, "deep/c.yml", rule("c") + "---\n" + rule("d").replace("condition: s", "condition: x"))
    write(tmp_path, "samples/a.yaml", "rule: a")
    write(tmp_path, "note.yml", "just: text\n---\n- 1\n")
    pack = Pack([tmp_path])
    assert [each.id for each in pack.rules] == ["a", "c"]
    assert (pack.counts()[State.LOADED], pack.counts()[State.FAULT], pack.others) == (2, 2, 2)
    assert [fault.path.removeprefix(str(tmp_path)) for fault in pack.faults] == ["/b.yml", "/deep/c.yml"]
    assert pack.codes()[State.FAULT, "SOC-1131"] == 1


def test_equal_tests_of_a_pack_are_one_object(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path, f"{name}.yml", rule(name))
    first, second = Pack([tmp_path]).rules
    assert first.form is second.form


def test_deprecated_rules_are_skipped_unless_everything_is_wanted(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", rule("a") + "status: deprecated\n")
    assert Pack([tmp_path]).counts() == {State.SKIPPED: 1}
    assert [each.id for each in Pack([tmp_path], everything=True).rules] == ["a"]


def test_of_two_rules_with_one_id_the_later_path_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", rule("same"))
    write(tmp_path, "b.yml", rule("same"))
    pack = Pack([tmp_path])
    assert len(pack.rules) == 1
    assert "a.yml" in str(pack.faults[0])
    assert str(pack.faults[0]).startswith(str(tmp_path / "b.yml"))


def test_two_packs_may_hold_the_same_id(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, "a.yml", rule("same"))
    assert len(Pack([tmp_path / "one", tmp_path / "two"]).rules) == 2


def test_a_rule_without_id_gets_one_that_stays(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yml", "\n".join(line for line in rule("x").splitlines() if not line.startswith("id")))
    pack = Pack([path])
    assert pack.rules[0].id == Pack([path]).rules[0].id
    assert "no id" in str(pack.warnings[0])


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside.yml", rule("a"))
    inside = tmp_path / "rules"
    inside.mkdir()
    (inside / "a.yml").symlink_to(outside)
    assert [fault.code for fault in Pack([inside]).faults] == ["SOC-1105"]


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yml").symlink_to(tmp_path / "missing.yml")
    assert [fault.code for fault in Pack([tmp_path]).faults] == ["SOC-1100"]


def test_values_of_the_pack_fill_placeholders_and_settings_are_stronger(tmp_path: Path) -> None:
    text = rule("a").replace("a: '1'", "a|expand: '%hosts%'")
    write(tmp_path, "a.yml", text)
    needs = Pack([tmp_path])
    assert needs.counts() == {State.NEEDS_VALUE: 1}
    assert needs.documents[0].reasons == ("hosts",)
    write(tmp_path, "values/site.yaml", "hosts: [srv1, srv2]\nother: x\n")
    assert needs.reload()
    assert needs.counts() == {State.LOADED: 1}
    assert Pack([tmp_path], site={"hosts": ["z"]}).site["hosts"] == ["z"]


def test_a_broken_values_file_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "values/site.yaml", "hosts: [")
    assert [fault.code for fault in Pack([tmp_path]).faults] == ["SOC-1100"]
    values, fault = site_values(b"- 1", "x")
    assert values == {}
    assert fault is not None
    assert "map of names" in fault.message
    assert site_values(b"placeholders:\n  a: [x]\n", "x") == ({"a": ["x"]}, None)


def touch(path: Path, text: str, second: int) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (second, second))


def test_a_file_that_becomes_bad_keeps_its_last_good_version(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    touch(path, rule("a"), 1)
    pack = Pack([tmp_path])
    assert not pack.reload(NOON)
    touch(path, "title: [", 2)
    assert pack.reload(NOON)
    assert [each.id for each in pack.rules] == ["a"]
    assert pack.stale == {str(path): NOON}
    assert [fault.code for fault in pack.faults] == ["SOC-1100"]
    touch(path, rule("a", "2"), 3)
    pack.reload(NOON)
    assert (pack.stale, pack.faults) == ({}, ())


def test_new_and_removed_files_are_seen(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", rule("a"))
    pack = Pack([tmp_path])
    write(tmp_path, "b.yml", rule("b"))
    assert pack.reload()
    assert len(pack.rules) == 2
    (tmp_path / "a.yml").unlink()
    assert pack.reload()
    assert [each.id for each in pack.rules] == ["b"]


def test_base_rules_of_the_same_pack_are_muted_unless_they_generate(tmp_path: Path) -> None:
    write(tmp_path / "one", "a.yml", rule("a") + "---\n" + rule("b") + "---\n" + correlation("c", "a"))
    write(tmp_path / "one", "d.yml", correlation("d", "b", ", generate: true"))
    write(tmp_path / "two", "e.yml", correlation("e", "b"))
    assert Pack([tmp_path / "one", tmp_path / "two"]).muted == {"a": ("c",)}


def test_a_refused_correlation_ends_its_muting_and_takes_those_over_it_along(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", rule("a"))
    write(tmp_path, "b.yml", correlation("outer", "inner, a"))
    write(tmp_path, "c.yml", correlation("inner", "a, aa"))
    pack = Pack([tmp_path])
    assert (pack.correlations, pack.muted) == ((), {})
    assert "no rule 'aa' - did you mean 'a'?" in "".join(map(str, pack.faults)) or "no rule 'aa'" in str(pack.faults[1])
    assert "the rule 'inner'" in str(pack.faults[0])


def test_inner_correlations_come_before_those_over_them(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", correlation("top", "mid") + "---\n" + correlation("mid", "low"))
    write(tmp_path, "b.yml", correlation("low", "a") + "---\n" + rule("a"))
    pack = Pack([tmp_path])
    assert [each.id for each in pack.correlations] == ["low", "mid", "top"]
    assert pack.correlations[0].references("a") == ("a",)


def test_a_circle_is_refused_with_its_path(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", correlation("x", "y") + "---\n" + correlation("y", "x"))
    pack = Pack([tmp_path])
    assert pack.correlations == ()
    assert "C x -> C y -> C x" in str(pack.faults[0])


def test_a_chain_of_more_than_ten_is_refused(tmp_path: Path) -> None:
    links = [correlation(f"c{number}", f"c{number - 1}" if number else "a") for number in range(12)]
    write(tmp_path, "a.yml", "---\n".join([rule("a"), *links]))
    pack = Pack([tmp_path])
    assert len(pack.correlations) == 10
    assert "more than 10" in str(pack.faults)


FILTER = """title: F
logsource: {product: windows}
filter: {rules: [%s], x: {a: 2}, condition: %s}
"""


@pytest.mark.parametrize(
    "name, condition, why",
    [
        ("b", "not x", "which is no rule"),
        ("a", "not x", "does not contain that rule's"),
        ("a", "x", "keeps only what it selects"),
    ],
)
def test_a_filter_that_does_nothing_is_a_warning(tmp_path: Path, name: str, condition: str, why: str) -> None:
    write(tmp_path, "a.yml", rule("a"))
    write(tmp_path, "f.yml", FILTER % (name, condition))
    pack = Pack([tmp_path])
    assert len(pack.filters) == 1
    assert any(why in str(warning) for warning in pack.warnings)


@pytest.mark.parametrize(
    "text, why",
    [
        (FILTER.replace("logsource: {product: windows}\n", "") % ("a", "not x"), "no logsource"),
        (FILTER.replace("rules: [%s], ", "") % "not x", "names its rules"),
        (FILTER % ("a", "not x") + "expires: soon\n", "is no date"),
        ("title: F\nlogsource: {product: x}\nfilter: 5\n", "filter must be a map"),
    ],
)
def test_a_wrong_filter_is_refused(tmp_path: Path, text: str, why: str) -> None:
    write(tmp_path, "a.yml", rule("a"))
    write(tmp_path, "f.yml", text)
    pack = Pack([tmp_path])
    assert pack.filters == ()
    assert why in str(pack.faults[0])


def test_attribution_goes_with_the_rule(tmp_path: Path) -> None:
    extra = "references: ['note', 'https://example.org/r']\nauthor: A. B.\ntags: [attack.t1059]\nlicense: DRL-1.1\n"
    ours = "soc: {entities: [host.name], data: [x]}\nvi: {title: Quy tắc, meaning: Ý nghĩa, check: [một]}\n"
    path = write(tmp_path, "a.yml", rule("a", title="T\\tx") + extra + ours + "level: low\n")
    (found,) = Pack([path]).rules
    card, attributes = found.card, found.attributes
    assert (card.author, card.link, card.tags, card.level) == (
        "A. B.",
        "https://example.org/r",
        ("attack.t1059",),
        "low",
    )
    assert (card.title_vi, card.meaning_vi, card.file, len(card.version)) == ("Quy tắc", "Ý nghĩa", str(path), 64)
    assert (attributes.entities, attributes.data, attributes.licence) == (("host.name",), ("x",), "DRL-1.1")
    assert attributes.vi.check == ("một",)


def test_a_rule_without_author_says_so(tmp_path: Path) -> None:
    assert Pack([write(tmp_path, "a.yml", rule("a"))]).rules[0].card.author == "author not stated"
