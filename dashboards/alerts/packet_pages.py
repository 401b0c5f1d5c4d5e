"""The packets of one conversation of an alert, and one of them taken apart."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import packets, service
from dashboards.alerts.words import words
from dashboards.shell import formats
from dashboards.shell.i18n import N_
from dashboards.shell.render import language_of, page, services_of, translate
from soc.access import Right
from soc.codes import explanations
from soc.errors import SourceError

router = APIRouter(include_in_schema=False)
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]

PAGE = 200
NOTES = {
    "limit": N_("There are more packets than are shown here."),
    "time": N_("The capture is so large that it was not searched to its end."),
    "damage": N_("The capture is damaged: what stands before the damage is shown."),
    "partial": N_("The dissector stopped early: later packets have only their time and length."),
}
STATUS = {"SOC-1361": 404, "SOC-1365": 404, "SOC-1366": 404}
"""All others pass: 503."""


@router.get("/alerts/{alert_id}/packets")
def open_packets(
    request: Request,
    viewer: Worker,
    alert_id: str,
    flow: Annotated[str, Query(max_length=80)] = "",
    packet: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Without `flow`: which conversations there are. Each look at packets is written in the audit log."""
    services = services_of(request)
    alert = service.find(services, viewer, alert_id)
    found = packets.conversations(services, service.events_of(services, viewer, alert))
    values: dict[str, Any] = {"alert": alert, "found": found, "one": None, "look": None, "trouble": None}
    status = 200
    if flow:
        values["one"] = packets.conversation_of(found, flow)
        if packets.gave_reason(viewer, alert):
            try:
                look = packets.opened(services, viewer, alert, values["one"], packet)
                values |= {"look": look, "hex_rows": list(packets.hex_rows(look.data))}
            except SourceError as error:
                values["trouble"] = explanations()[error.code][language_of(request)]
                status = STATUS.get(error.code, 503)
    title = translate(request, N_("Packet %(n)d") if packet else N_("Packets")) % {"n": packet}
    return page(
        request,
        "alerts/packets.html",
        status=status,
        section="alerts",
        part_title=title,
        gave_reason=packets.gave_reason(viewer, alert),
        may_open=packets.may_open(viewer, alert),
        after=after,
        PAGE=PAGE,
        NOTES=NOTES,
        exact=partial(formats.fixed, language=language_of(request)),
        **values,
        **words(request),
    )
