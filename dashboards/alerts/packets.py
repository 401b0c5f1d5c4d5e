"""The packets behind an alert: which conversations are still kept, who may open them, and the audited look at one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.services import Services
from soc.access import Right
from soc.alert import Alert
from soc.paths import DataDir

if TYPE_CHECKING:
    from collectors.sources.pcap.packets import Look

READ = "packets.read"
ROW = 16


@dataclass(frozen=True, slots=True)
class Conversation:
    """One community id in one capture, as events of the alert name them. `key`: its name in addresses."""

    sha256: str
    community: str
    capture: str
    ends: str
    transport: str
    path: Path
    kept: bool

    @property
    def key(self) -> str:
        return f"{self.sha256[:16]}.{self.community}"


def conversations(services: Services, events: Sequence[Mapping[str, Any]]) -> tuple[Conversation, ...]:
    """Each once, in the order of the events; nothing is opened for it."""
    data = None if services.settings.data is None else DataDir(services.settings.data)
    found: dict[str, Conversation] = {}
    for event in events:
        digest, community = str(event.get("pcap.capture.sha256", "")), str(event.get("network.community_id", ""))
        path = data.capture(digest) if data is not None else None
        if path is not None and community:
            name, transport = str(event.get("pcap.capture.name", "")), str(event.get("network.transport", ""))
            one = Conversation(digest, community, name, _ends(event), transport, path, path.is_file())
            found.setdefault(one.key, one)
    return tuple(found.values())


def may_open(viewer: Viewer, alert: Alert) -> bool:
    """Whoever may lift the masks of the alert's unit for a reason (security.md 5)."""
    return viewer.scope(Right.TRIAGE).sees(alert.unit)


def gave_reason(viewer: Viewer, alert: Alert) -> bool:
    """Packets carry passwords and names in clear: they are open while an unmasking of the unit holds."""
    eyes = viewer.scope(Right.READ_EVENTS).eyes
    return may_open(viewer, alert) and eyes is not None and alert.unit in eyes.bare


def conversation_of(found: Sequence[Conversation], key: str) -> Conversation:
    """Of this alert's own only. Raises Refused with 404."""
    for one in found:
        if one.key == key:
            return one
    raise Refused("no event of this alert names that conversation", code="SOC-1369", status=404)


def opened(services: Services, viewer: Viewer, alert: Alert, one: Conversation, chosen: int) -> Look:
    """The packets, written in the audit log before anything is opened: what cannot be written down is not looked at.
    Raises Refused without a reason given, SourceError when they cannot be read."""
    from collectors.sources.pcap.packets import look

    if not gave_reason(viewer, alert):
        raise Refused("packets are shown for a reason: give it first (POST /api/v1/unmaskings)", code="SOC-1368")
    reason = "" if viewer.unmasked is None else viewer.unmasked.reason
    told = {"capture": one.sha256, "conversation": one.community, "packet": chosen}
    with services.state.write() as tx:
        now = services.clock.now()
        tx.audit.append(viewer.actor, READ, alert.id, at=now, unit=alert.unit, after=told, reason=reason)
    return look(one.path, one.community, chosen=chosen)


def hex_rows(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Place, bytes and text of each sixteen; what is no plain character is a dot."""
    for place in range(0, len(data), ROW):
        row = data[place : place + ROW]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        yield f"{place:04x}", row.hex(" "), text


def _ends(event: Mapping[str, Any]) -> str:
    return " → ".join(
        f"[{address}]:{port}" if port is not None and ":" in address else f"{address}:{port}" if port else address
        for side in ("source", "destination")
        for address, port in ((str(event.get(f"{side}.ip", "?")), event.get(f"{side}.port")),)
    )
