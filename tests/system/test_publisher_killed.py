"""kill -9 of the senders at any moment, and answers that never arrive: 0 gaps, 0 doubles at the hub."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson

from reports.kpi.hub import receive
from reports.kpi.reading import read_batch
from reports.simulate.past import sender_of
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.observation_rows import Wanted, content_of
from soc.state.store import State
from tests.corpus import ROOT
from tests.system.publisher_child import story
from tests.unit.reports.simulate.worlds import NOW

KILLS = 20 if os.environ.get("SOC_PROOF") else 5
HOURS = 30


class Hub(ThreadingHTTPServer):
    """The hub's door behind a real socket; now and then it takes a batch and forgets to answer."""

    def __init__(self, folder: Path, *, forget: float) -> None:
        self.state = State.open(DataDir(folder).make(), ManualClock(NOW))
        self.plan, self.rng, self.forget = story(), random.Random(4), forget
        self.victim: subprocess.Popen[str] | None = None
        self.left = 0
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def content(self) -> list[tuple[str, str]]:
        with self.state.read() as tx:
            found = tx.observations.page(SYSTEM, Wanted(), after=0, limit=1_000_000)
            assert tx.audit.verify() is None
        return sorted((one.observation.id, content_of(one.observation)) for one in found)

    def took(self) -> None:
        """A batch is stored; the sender's life is counted in them."""
        self.left -= 1
        if self.victim is not None and self.left <= 0:
            self.victim.kill()

    def handle_error(self, *_: object) -> None:
        """A killed sender hangs up; that is what is tested."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        self.state.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/ioc/v1/heartbeat"):
            self._say(204, b"")
            return
        batch, hub = read_batch(body), self.server
        receipt = receive(hub.state, hub.plan.world, body, sender_of(hub.plan, batch.system), batch.sent_at)
        hub.took()
        if hub.rng.random() < hub.forget:
            self.close_connection = True
            return
        self._say(200, orjson.dumps(receipt.body()))

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Silent."""


def child(folder: Path, hub: Hub, life: int | None) -> bool:
    """Whether it came to its end. `life`: in batches that the hub takes, the last of which it never hears of."""
    words = [sys.executable, "-m", "tests.system.publisher_child", str(folder), str(hub.server_port), str(HOURS)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    hub.victim, hub.left = (None, 0) if life is None else (process, life)
    assert process.stdout is not None
    said = process.stdout.read()
    process.wait()
    return said == "done\n"


def test_killed_senders_leave_no_gap_and_no_double(tmp_path: Path) -> None:
    rng = random.Random(7)
    clean, killed = Hub(tmp_path / "clean", forget=0), Hub(tmp_path / "killed", forget=0.2)
    assert child(tmp_path / "a", clean, None)
    kills = 0
    while kills < KILLS and not child(tmp_path / "b", killed, rng.randint(1, 6)):
        kills += 1
    assert kills > KILLS // 2
    assert kills < KILLS or child(tmp_path / "b", killed, None)
    whole = clean.content()
    assert len(whole) == len({name for name, _ in whole}) > 200
    assert killed.content() == whole
    clean.end()
    killed.end()
