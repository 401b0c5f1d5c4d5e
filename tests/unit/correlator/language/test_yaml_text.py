from __future__ import annotations

import pytest

from correlator.language import yaml_text
from correlator.language.yaml_text import places, read_yaml

BOMB = b"a: &a [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 10)}]\n".encode()
    for before, after in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    "data, line, code",
    [
        (b"a: 1\nb: 2\na: 3\n", 3, "SOC-1102"),
        (b"a: !thing 1", 1, "SOC-1104"),
        (b"a: !!python/object:os.system x", 1, "SOC-1104"),
        (b"a: 1\nb: \xff", 2, "SOC-1101"),
        (b"a: [b\n", 2, "SOC-1100"),
        (b"a: *nobody", 1, "SOC-1100"),
        (b"a: \x00", 0, "SOC-1100"),
        (b"? [a]\n: b", 1, "SOC-1100"),
        (b"[" * 100_000, 1, "SOC-1103"),
        (b"- " * 100_000, 1, "SOC-1103"),
        (b"a: {" * 100_000, 1, "SOC-1103"),
        (b"&a [*a]", 1, "SOC-1103"),
        (BOMB, 6, "SOC-1103"),
        (b"a: &a x\nb: [" + b",".join([b"*a"] * 101) + b"]", 2, "SOC-1103"),
        (b"#" * (4 * 1024 * 1024 + 1), 0, "SOC-1103"),
        (b"a: " + b"9" * 5_000, 0, "SOC-1100"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(data: bytes, line: int, code: str) -> None:
    fault = read_yaml(data, "x.yml").fault
    assert fault is not None
    assert (fault.path, fault.line, fault.code) == ("x.yml", line, code)


def test_values_that_are_not_what_they_look_like_are_told() -> None:
    read = read_yaml(b"a: yes\nb: 010\nc: 12:30\nd: 2025-01-01\ne: 1_000\nf: true\ng: 5\nh: 1.5\ni: 1:30.5\n", "x")
    assert read.documents == [
        {"a": True, "b": 8, "c": 750, "d": "2025-01-01", "e": 1000, "f": True, "g": 5, "h": 1.5, "i": 90.5}
    ]
    assert [line for line, _ in read.warnings] == [4, 1, 2, 3, 5, 9] or [line for line, _ in read.warnings]
    assert {line for line, _ in read.warnings} == {1, 2, 3, 4, 5, 9}


def test_a_rules_own_dates_need_no_quotes() -> None:
    read = read_yaml(b"date: 2025-01-01\nmodified: 2025-02-02\n", "x")
    assert (read.documents, read.warnings) == ([{"date": "2025-01-01", "modified": "2025-02-02"}], [])


def test_several_documents_and_merge_keys_are_read() -> None:
    read = read_yaml(b"a: &base {x: 1}\nb: {<<: *base, y: 2}\n---\nc: 3\n", "x")
    assert read.documents == [{"a": {"x": 1}, "b": {"x": 1, "y": 2}}, {"c": 3}]


def test_places_point_at_values_on_their_line_and_at_items() -> None:
    table = places(b"a: 'x'\nb:\n  - c: d\n  - 'e'\nf: |\n  text\n")
    assert table[0, ("a",)] == (1, 5)
    assert table[0, ("b",)] == (2, 1)
    assert table[0, ("b", 0, "c")] == (3, 8)
    assert table[0, ("b", 1)] == (4, 6)
    assert table[0, ("f",)] == (5, 1)


def test_places_of_a_file_that_breaks_later_are_those_before() -> None:
    assert (0, ("a",)) in places(b"a: 1\n---\nb: [\n")


def test_nodes_are_counted_with_their_aliases_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_NODES", 11)
    assert read_yaml(b"a: &a [1, 2, 3]\nb: x\n", "x").fault is None
    assert read_yaml(b"a: &a [1, 2, 3]\nb: [*a]\n", "x").fault is not None
