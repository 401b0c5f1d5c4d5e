"""What looks like an attack and is none: B1 the authorised scanner, B4 the day of exam results."""

from __future__ import annotations

from datetime import timedelta

from collectors.simulate.attacks.play import Stage
from collectors.simulate.line import Attack
from collectors.simulate.writers import nginx

SCANNED = 220
VISITS = 1_200


def authorised_scan(stage: Stage) -> Attack:
    """B1: the province's own scanner asks its portal for pages that are not there; low alerts at most."""
    scanner = str(stage.world.centre.network.network_address + 70)
    portal = stage.draw.choice(stage.world.portals)
    for number in range(SCANNED):
        request = f"GET /kiem-tra/{number:04d}"
        stage.send(nginx.access(portal, stage.wait(0.5, 1.0), scanner, request, 404, size=162, agent="Nuclei/3.5"))
    return stage.done(
        "B1",
        "Authorised scanner, monthly",
        units=[stage.world.centre.unit],
        entities={"source.ip": scanner},
        must=(),
        may=("web_scan_paths", "web_scanner_agent"),
        techniques=(),
        alerts_at_most=2,
    )


def exam_results(stage: Stage) -> Attack:
    """B4: everybody looks results up within ten minutes, some with a wrong number; nothing may be raised."""
    portal, start = stage.world.portals[0], stage.at
    for moment in sorted(stage.draw.uniform(0, 600) for _ in range(VISITS)):
        at = start + timedelta(microseconds=round(moment * 1_000_000))
        client = f"198.51.100.{stage.draw.randint(1, 99)}"
        number = stage.draw.randint(100_000, 999_999)
        status = 404 if stage.draw.random() < 0.02 else 200
        stage.send(nginx.access(portal, at, client, f"GET /tra-cuu-diem/{number}", status, size=1_830))
    return stage.done(
        "B4",
        "Day of exam results, 30 times the visits",
        units=[stage.world.centre.unit],
        entities={"host.name": portal.name},
        must=(),
        techniques=(),
        alerts_at_most=0,
    )
