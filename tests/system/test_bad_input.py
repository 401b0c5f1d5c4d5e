"""Bad input by the real commands: a clear error that says what, where and what to do; everything else goes on."""

from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from tests.corpus import corpus
from tests.system.commands import CODE, socctl

SSHD = b"Nov 24 10:00:00 gw sshd[1]: Failed password for root from 203.0.113.5 port 22 ssh2\n"


def an_evtx() -> bytes:
    """The smallest recorded log with several chunks."""
    logs = (path.read_bytes() for path in sorted(corpus("evtx-dev").rglob("*.evtx")))
    return next(data for data in logs if len(data) > 3 * 65_536)


def a_capture() -> bytes:
    captures = [path for path in sorted(corpus("pcap-dev").rglob("*.pcap")) if path.stat().st_size < 200_000]
    return captures[0].read_bytes()


# Files


def test_a_folder_of_bad_files_names_each_and_takes_the_good_one(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.log").write_bytes(SSHD)
    (folder / "empty.log").touch()
    (folder / "program.log").write_bytes(bytes(range(256)) * 40)
    (folder / "cut.gz").write_bytes(gzip.compress(os.urandom(50_000) + SSHD)[:-30_000])
    (folder / "long.log").write_bytes(b"x" * 5_000_000 + b"\n" + SSHD)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04broken")
    (folder / "loop").symlink_to("loop")
    (folder / "round").symlink_to(".")
    os.mkfifo(folder / "pipe")
    done = socctl(tmp_path, "import", "--json", folder, tmp_path / "nowhere.log", "/proc/self/mem")
    assert done.code == 1
    codes = {name: "".join(CODE.findall(row["note"])) for name, row in done.files.items()}
    assert codes.pop("cut.gz!cut") in ("", "SOC-1313")
    assert codes == {
        "good.log": "",
        "empty.log": "",
        "program.log": "SOC-1313",
        "cut.gz": "SOC-1342",
        "long.log": "SOC-1314",
        "broken.zip": "SOC-1342",
        "loop": "SOC-1310",
        "pipe": "SOC-1310",
        "nowhere.log": "SOC-1310",
        "mem": "SOC-1310",
    }
    assert done.files["good.log"]["events"] == 1
    assert done.files["empty.log"]["state"] == "empty"
    assert done.files["long.log"]["events"] == 2
    assert done.total["received"] == done.total["stored"] == done.total["events"]


def test_only_missing_files_is_exit_2_and_leaves_nothing(tmp_path: Path) -> None:
    done = socctl(tmp_path, "import", tmp_path / "nowhere.log")
    assert done.code == 2
    assert f"{tmp_path / 'nowhere.log'}" in done.out
    assert "SOC-1310: cannot be read: No such file or directory - check the path" in done.out


def test_a_cut_evtx_gives_what_stands_before_the_cut(tmp_path: Path) -> None:
    data = an_evtx()
    (tmp_path / "cut.evtx").write_bytes(data[: 4_096 + 65_536 + 20_000])
    (tmp_path / "none.evtx").write_bytes(data[:4_096])
    done = socctl(tmp_path, "import", "--json", tmp_path / "cut.evtx", tmp_path / "none.evtx")
    assert done.code == 1
    assert done.files["cut.evtx"]["state"] == "partly"
    assert done.files["cut.evtx"]["note"].startswith("SOC-1312: the file is cut off")
    assert done.files["cut.evtx"]["events"] > 5
    assert done.files["none.evtx"]["state"] == "failed"
    assert "none.evtx: no readable EVTX chunk" in done.files["none.evtx"]["note"]
    whole = tmp_path / "whole.evtx"
    whole.write_bytes(data)
    again = socctl(tmp_path, "import", "--json", whole)
    assert again.code == 0
    assert again.total["folded"] >= done.files["cut.evtx"]["events"] - done.files["cut.evtx"]["failed"] - 1


def test_a_cut_capture_gives_what_stands_before_the_cut(tmp_path: Path) -> None:
    data = a_capture()
    (tmp_path / "cut.pcap").write_bytes(data[: len(data) * 2 // 3])
    (tmp_path / "head.pcap").write_bytes(data[:10])
    done = socctl(tmp_path, "import", "--json", tmp_path / "cut.pcap", tmp_path / "head.pcap")
    assert done.code == 1
    assert done.files["cut.pcap"]["events"] > done.files["cut.pcap"]["failed"] > 0
    assert done.files["head.pcap"]["failed"] == done.files["head.pcap"]["events"] > 0


def test_archives_are_opened_two_deep_and_the_third_is_named(tmp_path: Path) -> None:
    inner = tmp_path / "inner.log"
    inner.write_bytes(SSHD)
    for name, member in (("one.zip", "inner.log"), ("two.zip", "one.zip"), ("three.zip", "two.zip")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.write(tmp_path / member, member)
    done = socctl(tmp_path, "import", "--json", tmp_path / "two.zip", tmp_path / "three.zip")
    assert done.code == 1
    assert done.files["two.zip!one.zip!inner.log"]["events"] == 1
    assert done.files["three.zip!two.zip!one.zip"]["note"].startswith("SOC-1343")


def test_bytes_that_are_no_text_in_a_log_are_kept_and_the_rest_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(SSHD + b"\xff\xfe\x00\x01\x02 broken \x9c\n" + SSHD.replace(b"root", b"an"))
    done = socctl(tmp_path, "import", "--json", log)
    assert done.files["a.log"]["events"] == 3
    found = socctl(tmp_path, "search", "--json", "--since", "2020-01-01", "*")
    assert found.out.count("\n") == 3
    assert "\\\\xff" in found.out


def test_the_same_bytes_again_say_when_they_came(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(SSHD)
    (tmp_path / "b.log").write_bytes(SSHD)
    assert socctl(tmp_path, "import", tmp_path / "a.log").code == 0
    done = socctl(tmp_path, "import", tmp_path / "b.log")
    assert done.code == 0
    assert "already imported on 2" in done.out
    assert "records: 0 received" in done.out


def test_a_dry_run_shows_the_table_and_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(SSHD)
    done = socctl(tmp_path, "import", "--dry-run", "--json", tmp_path / "a.log")
    assert (done.code, done.files["a.log"]["events"]) == (0, 1)
    assert not (tmp_path / "data").exists()


# Names and settings


def test_an_unknown_unit_or_zone_is_named_before_anything_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(SSHD)
    for words in (("import", "--unit", "nope"), ("import", "--zone", "Asia/Hanoi")):
        done = socctl(tmp_path, *words, tmp_path / "a.log")
        assert done.code == 2
        assert words[2] in done.err
    assert "Asia/" in done.err.partition("did you mean")[2]
    assert socctl(tmp_path, "source", "approve", "fw", "--unit", "nope").code == 2
    assert "import" not in socctl(tmp_path, "source", "list").out


def test_broken_settings_name_the_line_and_every_fault(tmp_path: Path) -> None:
    config = tmp_path / "soc.toml"
    config.write_text("[web\nport = 1\n", "utf-8")
    done = socctl(tmp_path, "config", "check")
    assert done.code == 2
    assert f"{config}:1" in done.said
    config.write_text('[journal]\nkeep_raw_hours = "many"\n[intake]\nsyslog_udb = 514\n', "utf-8")
    done = socctl(tmp_path, "config", "check")
    assert done.code == 2
    assert "journal.keep_raw_hours" in done.said
    assert "syslog_udp" in done.said
    assert socctl(tmp_path, "up").code == 2
    assert not (tmp_path / "data").exists()


def test_a_broken_rule_is_named_and_the_others_detect(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "broken.yml").write_text("title: x\nlogsource: {product: linux}\ndetection:\n  s: {a|startwith: b}\n")
    (rules / "no-yaml.yml").write_text("title: [\n")
    (rules / "good.yml").write_text(
        "title: A failed login\nid: 5d3a7a52-6c5f-4d5c-8f5e-00000000000b\nlevel: high\n"
        "logsource: {product: linux, service: sshd}\ndetection: {s: {user.name: root}, condition: s}\n"
    )
    checked = socctl(tmp_path, "rules", "check", rules)
    assert checked.code == 1
    assert "broken.yml" in checked.said
    assert "no-yaml.yml" in checked.said
    (tmp_path / "a.log").write_bytes(SSHD)
    detected = socctl(tmp_path, "detect", "--rules", rules, tmp_path / "a.log")
    assert "A failed login" in detected.said
    (tmp_path / "soc.toml").write_text(f'[rules]\npaths = ["{rules}"]\n', "utf-8")
    assert socctl(tmp_path, "import", tmp_path / "a.log").code == 0


def test_a_broken_mapping_is_named_with_its_line(tmp_path: Path) -> None:
    mappings = tmp_path / "data" / "mappings"
    mappings.mkdir(parents=True)
    (mappings / "mine.yml").write_text("mapping: mine\nformat: kvv\n", "utf-8")
    done = socctl(tmp_path, "config", "check")
    assert done.code == 2
    assert "mine.yml:" in done.said


@pytest.mark.parametrize("code", ["SOC-1310", "SOC-1313", "SOC-1342"])
def test_what_a_code_means_is_told(tmp_path: Path, code: str) -> None:
    done = socctl(tmp_path, "explain", code)
    assert done.code == 0
    assert done.out
