"""The packets behind an alert, for programs: conversations, the list of one, and one packet taken apart."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import packets, service
from dashboards.alerts.packet_pages import STATUS
from dashboards.errors import Refused
from dashboards.shell.render import services_of
from soc.access import Right
from soc.errors import SourceError

router = APIRouter(prefix="/alerts", tags=["alerts"])
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]


class ConversationOut(BaseModel):
    """A conversation in a capture; `kept` false: the capture is gone. `flow` is what the route takes."""

    flow: str
    capture_sha256: str
    community_id: str
    kept: bool


class PacketOut(BaseModel):
    """`place`: from 1 within the conversation; `number`: the frame's in the capture."""

    place: int
    number: int
    at: datetime | None
    source: str
    destination: str
    protocol: str
    length: int
    info: str


class LayerOut(BaseModel):
    """One protocol of the chosen packet: depth, field and value."""

    name: str
    fields: list[tuple[int, str, str]]


class PacketsOut(BaseModel):
    """`notes`: which limits were met; `data`: the first 4,096 bytes of the chosen packet in hex."""

    conversations: list[ConversationOut]
    packets: list[PacketOut] = []
    notes: list[tuple[str, str]] = []
    layers: list[LayerOut] = []
    data: str = ""


@router.get("/{alert_id}/packets", operation_id="get_alert_packets")
def get_packets(
    request: Request,
    viewer: Worker,
    alert_id: str,
    flow: Annotated[str, Query(max_length=80)] = "",
    packet: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> PacketsOut:
    """Without `flow` the conversations alone. With it the caller must have given a reason (`POST /unmaskings`), and
    the look is written in the audit log."""
    services = services_of(request)
    alert = service.find(services, viewer, alert_id)
    found = packets.conversations(services, service.events_of(services, viewer, alert))
    listed = [
        ConversationOut(flow=one.key, capture_sha256=one.sha256, community_id=one.community, kept=one.kept)
        for one in found
    ]
    if not flow:
        return PacketsOut(conversations=listed)
    try:
        look = packets.opened(services, viewer, alert, packets.conversation_of(found, flow), packet)
    except SourceError as error:
        raise Refused(error.message, code=error.code, status=STATUS.get(error.code, 503)) from error
    names = PacketOut.model_fields
    return PacketsOut(
        conversations=listed,
        packets=[PacketOut(**{name: getattr(one, name) for name in names}) for one in look.packets],
        notes=list(look.notes),
        layers=[LayerOut(name=layer.name, fields=list(layer.lines)) for layer in look.layers],
        data=look.data.hex(),
    )
