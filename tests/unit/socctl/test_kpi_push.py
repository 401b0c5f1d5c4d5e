"""`socctl kpi push|list|export`, into the data directory and over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from soc.errors import SourceError
from socctl import figures
from socctl.commands.kpi import app
from socctl.hub_client import HubClient


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words])
    return done.exit_code, done.stdout


def item(day: int, value: str = "10") -> dict[str, Any]:
    date = f"2026-09-{day:02d}"
    period = {"type": "day", "start": date, "end": date}
    named = {"observation_id": f"t:{day}:r0", "kpi_id": "doc_incoming_total", "unit_id": "so_y_te", "period": period}
    return named | {"value": value, "status": "official", "revision": 0}


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOC_DATA", str(tmp_path / "data"))
    path = tmp_path / "figures.ndjson"
    path.write_text("\n".join(json.dumps(item(day)) for day in (1, 2, 3)) + "\n", "utf-8")
    return path


def test_a_file_pushed_twice_is_stored_once(lines: Path, tmp_path: Path) -> None:
    first = run("push", str(lines), "--system", "demo-documents")
    again = run("push", str(lines), "--system", "demo-documents")

    assert first == again
    assert (first[0], "3 accepted_with_warnings" in first[1]) == (0, True)
    assert run("list")[1].count("demo-documents") == 1
    out = tmp_path / "out"
    code, said = run("export", "--out", str(out))
    assert code == 0
    assert len((out / "observations.ndjson").read_text("utf-8").splitlines()) == 3
    digests = json.loads((out / "manifest.json").read_text("utf-8"))["sha256"]
    assert all(f"{digest}  {name}" in said for name, digest in digests.items())


def test_what_is_rejected_is_named_and_ends_in_one(lines: Path) -> None:
    lines.write_text(json.dumps(item(1) | {"kpi_id": "doc_incoming_totals"}), "utf-8")
    code, said = run("push", str(lines))

    assert code == 1
    assert "KPI-E-UNKNOWN-KPI" in said
    assert "did you mean 'doc_incoming_total'" in said


def test_a_dry_run_leaves_nothing(lines: Path) -> None:
    assert "3 accepted_with_warnings" in run("push", str(lines), "--system", "demo-documents", "--dry-run")[1]
    assert run("list")[1] == ""


def test_a_second_source_waits_in_the_list(lines: Path) -> None:
    run("push", str(lines), "--system", "elsewhere")

    assert run("list", "--held")[1].count("KPI-W-TWO-SOURCES") == 3
    assert run("list", "--findings")[1].count("KPI-W-TWO-SOURCES") == 3


class Hub(BaseHTTPRequestHandler):
    """Too busy once, then well."""

    seen: list[tuple[str, str, int]] = []  # noqa: RUF012 - shared on purpose

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"], len(body)))
        answer = json.dumps({"batch_id": "b", "summary": {"accepted": 1}, "items": []}).encode()
        self.send_response(429 if len(self.seen) == 1 else 200)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_busy_hub_is_asked_again_when_it_says(hub: str) -> None:
    waited: list[float] = []
    answers = list(figures.there(HubClient(hub, "soc_key"), iter([b"{}"]), dry_run=True, sleep=waited.append))

    assert [one.taken for one in answers] == [True]
    assert waited == [7]
    assert Hub.seen == [("/ioc/v1/batches?dry_run=true", "Bearer soc_key", 2)] * 2


def test_a_hub_that_is_not_there_is_said_plainly() -> None:
    with pytest.raises(SourceError, match="cannot be reached"):
        HubClient("http://127.0.0.1:9", "k", timeout=1).push(b"{}")
    with pytest.raises(SourceError, match="no address"):
        HubClient("ioc.example", "k").push(b"{}")
