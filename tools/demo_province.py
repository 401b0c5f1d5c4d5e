"""A `socctl demo` of a tool's own, with an administrator, a job and a dropped file, so that every page has content."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from soc.access import ROOT, Grant, RoleOfPerson
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.state.passwords import Passwords
from soc.state.store import State

PASSWORD = "bốn con voi đi qua cầu"
SCAN = '203.0.113.8 - - [24/Nov/2026:10:00:{n:02d} +0700] "GET /admin/{n}.php HTTP/1.1" 404 162 "-" "sqlmap/1.7"\n'
JOB = """async () => (await (await fetch("/api/v1/alerts/bulk", {method: "POST", credentials: "same-origin",
  headers: {"Content-Type": "application/json"},
  body: JSON.stringify({filter: {view: "open", level: "low"}, action: "take"})})).json()).job"""

LED = """async () => {
  const ask = async (path, body) => (await fetch(`/api/v1/${path}`, {method: body ? "POST" : "GET",
    headers: {"Content-Type": "application/json"}, body: body && JSON.stringify(body)})).json();
  const lead = (await (await fetch("/tasks/new")).text()).match(/<option value="([^"]+)"/)[1];
  const now = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 16);
  const form = await (await fetch("/meetings/new")).text();
  const tiles = [...form.matchAll(/name="tiles" value="([^"]+)"/g)].map((found) => found[1]).slice(0, 8);
  const meeting = await ask("meetings", {unit: "*", title: "Giao ban điều hành tháng", at: now, as_of: now, tiles});
  const task = await ask("tasks", {text: "Rà soát, giải quyết hồ sơ quá hạn", lead, due: "2030-01-02T17:00"});
  const warnings = await ask("warnings");
  return {meeting: meeting.id || "", task: task.id || "", warning: warnings.length ? warnings[0].id : ""};
}"""


@dataclass(slots=True)
class Demo:
    """A running demo. `names`: the words that addresses of pages need."""

    origin: str
    state: State
    administrator: str = "quan.tri"
    names: dict[str, str] = field(default_factory=dict)

    def people(self) -> None:
        """An administrator who is in, and one who has to enrol first."""
        now, password = SystemClock().now(), Passwords().hash(PASSWORD)
        with self.state.write() as tx:
            for account, name in ((self.administrator, "Phạm Quản Trị"), ("moi.tv", "Trần Văn Mới")):
                tx.people.create(account, name, at=now, password=password)
                for role in (RoleOfPerson.ADMIN, RoleOfPerson.AUDITOR):
                    given = Grant(role, ROOT, now.date())
                    tx.people.give(account, given, by="setup", at=now)
            for role in (RoleOfPerson.LEADER, RoleOfPerson.IT_CENTRE):
                tx.people.give("demo", Grant(role, ROOT, now.date()), by="setup", at=now)

    def session(self, account: str) -> str:
        """The cookie of somebody who signed in a moment ago, with both factors."""
        now = SystemClock().now()
        with self.state.write() as tx:
            return tx.sessions.start(account, at=now, factor_at=now)

    def knock(self, page: Page) -> None:
        """Signs in as the one who must enrol."""
        page.goto(f"{self.origin}/sign-in")
        page.fill("#account", "moi.tv")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/enrol**")

    def look(self, page: Page) -> None:
        """Finds what addresses need: an alert, an event, an entity, a source, a rule; makes a job and drops a file."""
        page.goto(f"{self.origin}/alerts?view=open")
        alert = page.locator("[data-row]").first.get_attribute("data-row") or ""
        self.names |= {"alert": alert, "account": "moi.tv", "job": str(page.evaluate(JOB))}
        for name, path, link in (
            ("event", "/hunt?q=event.outcome:failure&since=now-6h&until=now", 'main a[href^="/hunt/events/"]'),
            ("entity", "/entities", 'main a[href^="/entities/"]'),
            ("source", "/sources", 'main a[href^="/sources/"]:not([href="/sources/new"])'),
            ("posture", "/posture", 'main th a[href^="/posture/"]'),
            ("rule", "/rules", 'main th a[href^="/rules/"]'),
        ):
            page.goto(self.origin + path)
            found = page.locator(link)
            href = (found.first.get_attribute("href") or "") if found.count() else ""
            self.names[name] = href if name == "entity" else href.split("?")[0].rpartition("/")[2]
        self.names |= page.evaluate(LED)
        page.goto(f"{self.origin}/import")
        lines = "".join(SCAN.format(n=n) for n in range(60)).encode()
        page.set_input_files("#file", {"name": "access.log", "mimeType": "text/plain", "buffer": lines})
        page.locator("main form button").first.press("Enter")
        page.wait_for_url("**/import/*")
        self.names["dropped"] = page.url.removeprefix(self.origin)


@contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """From its start until everything it plays is worked off; stopped at the end."""
    program = Path(sys.executable).with_name("socctl")
    environment = os.environ | {"SOC_WEB__PORT": "0"}
    command = [str(program), "--data", str(folder), "--lang", "en", "demo"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        origin = next(found[1] for line in process.stdout if (found := re.match(r"ready: (\S+)", line)))
        demo = Demo(origin, State.open(DataDir(folder), SystemClock()))
        demo.people()
        yield demo
        demo.state.close()
    finally:
        process.terminate()
        process.wait(60)
