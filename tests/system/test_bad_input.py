"""Bad input, given to the real commands: what, where and what to do; everything else goes on; never a traceback."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from soc.codes import explanations
from tests.corpus import corpus
from tests.system.running import System, command, environment, up

LINE = "Nov 24 09:15:02 web01 sshd[1]: Failed password for root from 203.0.113.5 port 40022 ssh2"


def socctl(data: Path, *words: str, more: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "socctl.main", "--data", str(data), *words],
        capture_output=True,
        text=True,
        errors="replace",
        env=environment(more),
        check=False,
        timeout=120,
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    for code in re.findall(r"SOC-\d{4}", said):
        assert code in explanations(), code
    return done


def balance(said: str) -> tuple[int, ...]:
    """received, stored, quarantined, dropped, in flight of the last line of an import."""
    found = re.search(
        r"records: (\d+) received = (\d+) stored \+ (\d+) quarantined \+ (\d+) dropped \+ (\d+) in flight", said
    )
    assert found, said
    numbers = tuple(int(number) for number in found.groups())
    assert numbers[0] == sum(numbers[1:])
    return numbers


def one_of(archive: str, pattern: str) -> Path:
    return sorted(corpus(archive).rglob(pattern), key=lambda path: path.stat().st_size)[-1]


def test_what_is_damaged_is_named_and_the_rest_is_imported(tmp_path: Path) -> None:
    files = tmp_path / "in"
    files.mkdir()
    evtx, pcap = one_of("evtx-dev", "*.evtx"), one_of("pcap-dev", "zeek/**/*.pcap")
    (files / "cut.evtx").write_bytes(evtx.read_bytes()[: 4_096 + 65_536 + 3_000])
    (files / "head.evtx").write_bytes(b"ElfFile\0" + bytes(100))
    (files / "cut.pcap").write_bytes(pcap.read_bytes()[: pcap.stat().st_size // 2 + 7])
    (files / "binary.log").write_bytes(
        LINE.encode() + b"\n" + bytes(range(256)).replace(b"\n", b"") + b"\n" + LINE.encode()
    )
    (files / "long.log").write_bytes(b"x" * 5_000_000 + b"\n" + LINE.encode() + b"\n")
    (files / "cut.gz").write_bytes(gzip.compress((LINE + "\n").encode() * 20_000)[:-30])
    (files / "array.json").write_text('[{"a": 1},', "utf-8")
    (files / "empty.log").write_bytes(b"")
    (files / "loop").symlink_to(files)
    (files / "good.log").write_text(LINE + "\n", "utf-8")
    done = socctl(tmp_path / "data", "import", str(files))
    assert done.returncode == 1
    assert balance(done.stdout)[4] == 0
    said = done.stdout + done.stderr
    for name in ("head.evtx", "array.json", "cut.gz"):
        assert re.search(rf"failed.*{name}", said), f"{name} is not named:\n{said}"
    count = socctl(tmp_path / "data", "search", "source.ip:203.0.113.5", "--since", "500d", "--count")
    assert int(count.stdout) >= 4


def test_a_missing_file_and_an_unknown_unit_store_nothing(tmp_path: Path) -> None:
    missing = socctl(tmp_path / "data", "import", str(tmp_path / "none.evtx"))
    assert missing.returncode != 0
    assert "no such file" in missing.stderr
    path = tmp_path / "a.log"
    path.write_text(LINE + "\n", "utf-8")
    unknown = socctl(tmp_path / "data", "import", "--unit", "so_y_tee", str(path))
    assert unknown.returncode == 2
    assert "did you mean so_y_te" in unknown.stderr
    rows = [orjson.loads(line) for line in socctl(tmp_path / "data", "source", "list", "--json").stdout.splitlines()]
    assert [row for row in rows if row["received"]] == []


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("running")
    broken = folder / "broken.yml"
    broken.write_text("title: x\ndetection: {s: {a|startwith: b}, condition: s}\n", "utf-8")
    with up(folder, f'[rules]\npaths = ["{broken}"]\n') as system:
        yield system


def post(system: System, key: str, body: bytes) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", system.port["http"], timeout=60)
    try:
        connection.request("POST", "/ingest/v1/web", body, {"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_broken_rule_does_not_stop_the_system_and_is_named_on_request(running: System) -> None:
    assert running.process.poll() is None
    checked = socctl(running.data, "rules", "check", str(running.config.parent / "broken.yml"))
    assert checked.returncode == 1
    assert "did you mean 'startswith'?" in checked.stdout


def test_a_wrong_key_is_refused_and_a_right_one_taken(running: System) -> None:
    words = command(running.data, running.config, "keys", "add", "web", "--scope", "ingest:web")
    key = subprocess.run(words, capture_output=True, text=True, env=environment(), check=True).stdout.strip()
    assert post(running, "soc_wrong", b'{"a": 1}')[0] == 401
    assert post(running, key, b'{"a": 1}')[0] == 200
    assert orjson.loads(post(running, key, b'{"a": 1}\n{"a": 2}')[1])["received"] == 2


def test_a_second_system_on_the_same_data_names_the_first(running: System) -> None:
    done = socctl(running.data, "up")
    assert done.returncode == 2
    assert f"in use by process {running.process.pid}" in done.stderr


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = socctl(tmp_path / "data", "run", "receive", more={"SOC_INTAKE__SYSLOG_TCP": str(port)})
    assert done.returncode == 2
    assert f"cannot listen on TCP 127.0.0.1:{port}" in done.stderr


def test_a_full_journal_tells_senders_to_come_back(tmp_path: Path) -> None:
    settings = "[journal]\nmax_bytes = 1048576\n"
    with up(tmp_path, settings) as system:
        words = command(system.data, system.config, "keys", "add", "web", "--scope", "ingest:web")
        key = subprocess.run(words, capture_output=True, text=True, env=environment(), check=True).stdout.strip()
        statuses, accepted = [], 0
        for _ in range(12):
            body = b"\n".join(os.urandom(100_000).hex().encode() for _ in range(3))
            statuses.append(post(system, key, body)[0])
            accepted += 3 if statuses[-1] == 200 else 0
        assert 200 in statuses
        assert 429 in statuses
        assert set(statuses) <= {200, 429}
        assert system.process.poll() is None
    rows = [orjson.loads(line) for line in socctl(tmp_path / "data", "source", "list", "--json").stdout.splitlines()]
    assert next(row["received"] for row in rows if row["source"] == "web") >= accepted
