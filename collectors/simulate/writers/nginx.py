"""nginx access log in its `combined` format, sent by nginx's own syslog writer."""

from __future__ import annotations

from datetime import datetime

from collectors.parser import PROVINCE_ZONE
from collectors.simulate.line import Line
from collectors.simulate.world import Machine
from collectors.simulate.writers.times import MONTHS, bsd_time
from soc.raw import Transport


def access(
    host: Machine,
    at: datetime,
    client: str,
    request: str,
    status: int,
    *,
    size: int = 4_321,
    referrer: str = "-",
    agent: str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/146.0 Safari/537.36",
) -> Line:
    """One request; `request` is method and target, `GET /tin-tuc`."""
    local = at.astimezone(PROVINCE_ZONE)
    when = f"{local.day:02d}/{MONTHS[local.month - 1]}/{local:%Y:%H:%M:%S} +0700"
    text = f'{client} - - [{when}] "{request} HTTP/1.1" {status} {size} "{referrer}" "{agent}"'
    data = f"<190>{bsd_time(at)} {host.name} nginx: {text}".encode()
    return Line(at, host.name, Transport.UDP, host.address, data, "nginx")
