"""What a task leads back to, and the office that assigned it, in words."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request

from dashboards.shell.render import translate
from dashboards.shell.unit_names import unit_name
from dashboards.tasks.words import OFFICES, PROVINCE
from soc.access import ROOT
from soc.task import Link, LinkKind


def link_address(link: Link | None) -> str:
    """'' for a figure, whose page is of another feature and is found by its title."""
    if link is None or link.kind is LinkKind.TILE:
        return ""
    folder = "warnings" if link.kind is LinkKind.WARNING else "meetings"
    return f"/{folder}/{quote(link.id, safe='')}"


def office_name(request: Request, office: str) -> str:
    """`leader@so-y-te` as 'Lãnh đạo Sở Y tế'; what is written otherwise stays as it is."""
    role, _, unit = office.partition("@")
    if role not in OFFICES:
        return office
    name = translate(request, PROVINCE) if unit == ROOT else unit_name(request)(unit)
    return translate(request, OFFICES[role], unit=name)
