"""`socctl detect`: files in, alerts out, and what was not checked said aloud."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from socctl.main import build

APP = build("detect")

RULES = """
title: A shell
id: 11111111-1111-4111-8111-111111111111
author: An
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\cmd.exe'}, condition: selection}
level: high
---
title: Never here
id: 22222222-2222-4222-8222-222222222222
logsource: {product: macos, category: process_creation}
detection: {selection: {Image: x}, condition: selection}
---
title: Lacks a field
id: 33333333-3333-4333-8333-333333333333
logsource: {product: windows, category: process_creation}
detection: {selection: {Hashes: x}, condition: selection}
---
title: Needs a value
id: 44444444-4444-4444-8444-444444444444
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|expand: '%nowhere%'}, condition: selection}
---
title: Application
id: 55555555-5555-4555-8555-555555555555
logsource: {product: opencanary, category: application}
detection: {selection: {logtype: 4000}, condition: selection}
level: low
"""
FILTER = """
title: Not An
id: 66666666-6666-4666-8666-666666666666
logsource: {product: windows, category: process_creation}
filter: {rules: [11111111-1111-4111-8111-111111111111], selection: {User: an}, condition: not selection}
"""


def line(second: int, image: str = "C:\\cmd.exe", user: str = "an") -> bytes:
    return orjson.dumps(
        {
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "SourceName": "Microsoft-Windows-Sysmon",
            "EventID": 1,
            "EventTime": f"2026-11-24T12:00:{second:02}+07:00",
            "Hostname": "PC1",
            "RecordNumber": second,
            "Image": image,
            "User": user,
        }
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "pack.yml").write_text(RULES)
    (tmp_path / "log.ndjson").write_bytes(b"\n".join((line(2), line(1), line(3, "C:\\other.exe"), b"{broken")))
    return tmp_path


def detect(place: Path, *words: str, language: str = "en") -> Result:
    arguments = ["detect", "--rules", str(place / "rules"), *words]
    runner = CliRunner(env={"SOC_LANG": language})
    return runner.invoke(APP, arguments)


def hits(done: Result) -> list[dict[str, object]]:
    return [orjson.loads(each) for each in done.stdout.splitlines() if each.startswith("{")]


def test_json_has_one_line_a_hit_in_order_of_time(place: Path) -> None:
    done = detect(place, "--json", str(place / "log.ndjson"))
    assert done.exit_code == 1
    first, second = hits(done)
    assert first["time"] == "2026-11-24T05:00:01.000000Z"
    assert second["time"] == "2026-11-24T05:00:02.000000Z"
    assert first["rule"] == {
        "id": "11111111-1111-4111-8111-111111111111",
        "title": "A shell",
        "level": "high",
        "author": "An",
        "link": "",
        "tags": [],
        "file": str(place / "rules" / "pack.yml"),
    }
    assert first["entities"] == {"host.name": "pc1"}
    assert first["matched"] == {"Image": "C:\\cmd.exe"}
    assert first["unit"] == "unassigned"
    assert isinstance(first["events"], list)


def test_the_table_groups_hits_and_the_summary_names_what_was_not_checked(place: Path) -> None:
    done = detect(place, str(place / "log.ndjson"))
    assert done.exit_code == 1
    assert "A shell" in done.stdout
    assert "host.name=pc1" in done.stdout
    assert "Rules loaded 4 · could match these files 1 · cannot: 2 no such source, 1 field missing" in done.stdout
    assert "Lacks a field needs Hashes" in done.stdout
    assert "macOS is not collected" in done.stdout
    assert "1 rules not loaded: needs value" in done.stdout
    assert "1 records gave no event" in done.stdout
    assert len(done.stdout.splitlines()) <= 40


def test_messages_come_in_vietnamese(place: Path) -> None:
    done = detect(place, str(place / "log.ndjson"), language="vi")
    assert "Không kiểm tra được" in done.stdout
    assert "thiếu trường: Lacks a field cần Hashes" in done.stdout


def test_the_same_files_packed_give_the_same_hits(place: Path) -> None:
    plain = (place / "log.ndjson").read_bytes()
    (place / "log.gz").write_bytes(gzip.compress(plain))
    with zipfile.ZipFile(place / "log.zip", "w") as archive:
        archive.writestr("inner.ndjson", plain)
    expected = [hit["matched"] for hit in hits(detect(place, "--json", str(place / "log.ndjson")))]
    for name in ("log.gz", "log.zip"):
        assert [hit["matched"] for hit in hits(detect(place, "--json", str(place / name)))] == expected


def test_nothing_found_ends_with_nought(place: Path) -> None:
    (place / "quiet.ndjson").write_bytes(line(1, "C:\\other.exe"))
    done = detect(place, str(place / "quiet.ndjson"))
    assert done.exit_code == 0
    assert "No alert." in done.stdout


def test_a_file_that_cannot_be_read_does_not_stop_the_others(place: Path) -> None:
    (place / "bad.evtx").write_bytes(b"ElfFile\0")
    (place / "empty").write_bytes(b"")
    paths = [str(place / name) for name in ("absent", "bad.evtx", "empty", "log.ndjson")]
    done = detect(place, "--json", *paths)
    assert done.exit_code == 2
    assert len(hits(done)) == 2
    for name in ("absent: no such file", "bad.evtx", "empty: empty file"):
        assert name in done.stderr


def test_filters_apply_unless_told_otherwise(place: Path) -> None:
    (place / "rules" / "filter.yml").write_text(FILTER)
    assert detect(place, "--json", str(place / "log.ndjson")).exit_code == 0
    assert len(hits(detect(place, "--json", "--no-filters", str(place / "log.ndjson")))) == 2


def test_level_and_time_narrow_what_is_shown(place: Path) -> None:
    log = str(place / "log.ndjson")
    assert hits(detect(place, "--json", "--level", "critical", log)) == []
    assert len(hits(detect(place, "--json", "--since", "2026-11-24T05:00:02", log))) == 1
    assert len(hits(detect(place, "--json", "--until", "2026-11-24T05:00:02", log))) == 1


def test_objects_with_the_rules_own_names_need_no_routing(place: Path) -> None:
    (place / "own.json").write_text(
        '[{"Image": "C:\\\\cmd.exe", "UtcTime": "2026-11-24 05:00:00"}, 3, {"logtype": 4000}]'
    )
    done = detect(place, "--json", "--as", "sigma", str(place / "own.json"))
    assert [hit["time"] for hit in hits(done)] == [None, "2026-11-24T05:00:00.000000Z"]
    assert "1 records gave no event: JSON, but no object" in done.stderr


def test_a_stated_log_source_brings_foreign_events_in(place: Path) -> None:
    (place / "canary.ndjson").write_text('{"logtype": 4000, "time": "2026-11-24T05:00:00Z"}\n')
    log = str(place / "canary.ndjson")
    without = detect(place, log)
    assert without.exit_code == 0
    assert "json.generic: no rule's log source fits" in without.stdout
    assert len(hits(detect(place, "--json", "--logsource", "product=opencanary,category=application", log))) == 1


def test_why_names_every_rule_and_strict_minds_refused_ones(place: Path) -> None:
    log = str(place / "log.ndjson")
    assert "Lacks a field needs Hashes" in detect(place, "--why", log).stdout
    assert detect(place, "--strict", log).exit_code == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--level", "loud"), "--level loud"),
        (("--as", "ecs"), "the only word is 'sigma'"),
        (("--logsource", "prodct=x"), "write product=x"),
        (("--rules", "/nowhere"), "no such file or folder"),
    ],
)
def test_a_wrong_option_is_named(place: Path, words: tuple[str, ...], message: str) -> None:
    done = detect(place, *words, str(place / "log.ndjson"))
    assert message in str(done.exception)


def test_rules_that_are_all_broken_are_an_error_with_their_faults(place: Path) -> None:
    (place / "rules" / "pack.yml").write_text("title: x\ndetection: {condition: nothing}\n")
    done = detect(place, str(place / "log.ndjson"))
    assert "no rule was loaded" in str(done.exception)
    assert "pack.yml" in str(done.exception)


def test_explain_shows_each_part_with_the_value_it_met(place: Path) -> None:
    done = detect(place, "--explain", str(place / "log.ndjson"))
    assert "✓" in done.stdout
    assert "C:\\cmd.exe" in done.stdout


def test_standard_input_may_be_any_kind_of_file(place: Path) -> None:
    arguments = ["detect", "--rules", str(place / "rules"), "--json", "-"]
    done = CliRunner().invoke(APP, arguments, input=line(1))
    assert len(hits(done)) == 1
