"""What goes wrong around a running system: ports and folders in use, wrong keys, full logs."""

from __future__ import annotations

import os
import socket
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson

from soc.paths import DataDir
from soc.role import RoleName
from socctl.supervisor import lock
from tests.system.commands import socctl, sources
from tests.system.running import System, up


def test_a_taken_syslog_port_ends_the_start_and_names_the_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = socctl(tmp_path, "up", more={"SOC_INTAKE__SYSLOG_TCP": str(port)})
    assert done.code == 2
    assert str(port) in done.err
    assert "SOC-1330" in done.err
    lock(DataDir(tmp_path / "data")).close()


def test_a_taken_web_port_means_the_next_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with up(tmp_path, more={"SOC_WEB__PORT": str(port)}) as system:
            assert system.beat(RoleName.WEB).address != f"http://127.0.0.1:{port}"


def test_a_data_directory_in_use_names_the_process(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data").make()
    held = lock(data)
    done = socctl(tmp_path, "up")
    held.close()
    assert done.code == 2
    assert f"in use by process {os.getpid()}" in done.err
    assert "SOC-1337" in done.err


def post(
    system: System, source: str, key: str, body: bytes, batch: str = "", patience: float = 60.0
) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    if batch:
        headers["Idempotency-Key"] = batch
    connection = HTTPConnection("127.0.0.1", system.port["http"], timeout=patience)
    connection.request("POST", f"/ingest/v1/{source}", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, orjson.loads(text)


def test_a_wrong_key_is_refused_and_nothing_is_taken(tmp_path: Path) -> None:
    with up(tmp_path) as system:
        key = socctl(tmp_path, "keys", "add", "app", "--scope", "ingest:app").out.strip()
        assert post(system, "app", "wrong", b"{}\n") == (
            401,
            {"type": "about:blank", "status": 401, "detail": "wrong or missing key"},
        )
        assert post(system, "other", key, b"{}\n")[0] == 403
        assert post(system, "app", key, b'{"a": 1}\n')[0] == 200
        wait_until_worked_off(tmp_path)
    assert "app\tactive\tunassigned\t1\t1\t0\t0\t0\t1" in socctl(tmp_path, "source", "list").out


def test_a_full_log_makes_senders_wait_and_loses_nothing(tmp_path: Path) -> None:
    """The log is full, senders are told so or wait; after a start with more room everything is there once."""
    body = b"".join(b'{"n": %d, "x": "%s"}\n' % (n, os.urandom(3_000).hex().encode()) for n in range(100))
    small = {"SOC_JOURNAL__MAX_BYTES": "1048576"}
    taken: set[int] = set()
    with up(tmp_path, more=small) as system:
        key = socctl(tmp_path, "keys", "add", "app", "--scope", "ingest:app").out.strip()
        status = 200
        for number in range(12):
            try:
                status, _ = post(system, "app", key, body, f"batch-{number}", patience=4.0)
            except TimeoutError:
                continue  # it waits for the disk; the next one is told at once
            if status != 200:
                break
            taken.add(number)
        assert (status, bool(taken)) == (429, True)
        assert "bytes" in (system.beat(RoleName.RECEIVE).failure or "")
    with up(tmp_path) as system:
        for resend in set(range(12)) - taken:
            assert post(system, "app", key, body, f"batch-{resend}")[0] == 200
        wait_until_worked_off(tmp_path)
    line = next(row for row in socctl(tmp_path, "source", "list", "--json").out.splitlines() if '"app"' in row)
    row = orjson.loads(line)
    assert row["events"] == 1_200
    assert row["received"] == row["stored"]
    assert row["in_flight"] == 0


def wait_until_worked_off(folder: Path) -> None:
    until = time.monotonic() + 60
    while any(row["in_flight"] for row in sources(folder)):
        assert time.monotonic() < until
        time.sleep(0.2)


def test_an_import_into_a_full_log_says_so_and_goes_on_with_more_room(tmp_path: Path) -> None:
    log = tmp_path / "big.log"
    log.write_bytes(b"".join(b"line %d %s\n" % (n, os.urandom(1_500).hex().encode()) for n in range(1_000)))
    done = socctl(tmp_path, "import", "--json", log, more={"SOC_JOURNAL__MAX_BYTES": "1048576"})
    assert done.code == 2
    assert "SOC-1508" in done.said
    again = socctl(tmp_path, "import", "--json", log)
    assert again.code == 0
    assert again.total["events"] + 0 <= 1_000
    total = next(row for row in sources(tmp_path) if row["source"] == "import")
    assert total["events"] == 1_000
    assert total["received"] == total["stored"]
