"""The demo's senders for some virtual hours, until they are done or somebody kills them.

`python -m tests.system.publisher_child FOLDER PORT HOURS`
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from reports.outbox import Outbox
from reports.simulate.plan import Plan
from reports.simulate.publisher import Publisher
from reports.simulate.push import HttpDoor
from reports.simulate.scenario import Kind, Mishap, Scenario
from tests.unit.reports.simulate.worlds import NOW, a_plan

STEP = timedelta(minutes=10)
SENDERS = frozenset({"press_social", "tourism"})
STORY = Scenario(
    "killed", only=SENDERS, mishaps=(Mishap(Kind.DUPLICATE, percent=30), Mishap(Kind.RATIO_MISMATCH, percent=30))
)


def story() -> Plan:
    return a_plan(STORY)


def main() -> None:
    folder, port, hours = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    plan = story()
    outbox = Outbox(folder / "outbox.db")
    door = HttpDoor(f"http://127.0.0.1:{port}", dict.fromkeys(plan.senders(), "key"))
    publisher = Publisher(plan, outbox, door)
    now = min((at for sender in plan.senders() if (at := outbox.cursor(sender))), default=NOW)
    while True:
        publisher.step(now)
        if now >= NOW + timedelta(hours=hours) and not outbox.counts().get("waiting"):
            break
        now += STEP
    print("done", flush=True)


if __name__ == "__main__":
    main()
