"""Filters that people saved, for programs of their own browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import queue as desk
from dashboards.alerts.queue_filter import QueueFilter, filter_of
from dashboards.shell.render import services_of
from soc.access import Right
from soc.state.views import SavedView

router = APIRouter(prefix="/views", tags=["alerts"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]


class ViewIn(BaseModel):
    """`query`: what stands after the `?` of the queue's address."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    query: str = Field("", max_length=2_000)


class ViewOut(BaseModel):
    """A saved filter; `own`: it can be deleted by the caller."""

    id: str
    name: str
    query: str
    own: bool


@router.get("", operation_id="list_views")
def list_views(request: Request, viewer: Reader) -> list[ViewOut]:
    """One's own, and those that others share."""
    return [_out(view, viewer) for view in desk.own_views(services_of(request), viewer)]


@router.post("", operation_id="save_view", status_code=201)
def save_view(request: Request, viewer: Reader, asked: ViewIn) -> ViewOut:
    """A view of that name is replaced."""
    chosen: QueueFilter = filter_of(asked.query)
    return _out(desk.save_view(services_of(request), viewer, asked.name, chosen), viewer)


@router.delete("/{view_id}", operation_id="delete_view", status_code=204)
def delete_view(request: Request, viewer: Reader, view_id: str) -> None:
    """Only one's own."""
    desk.drop_view(services_of(request), viewer, view_id)


def _out(view: SavedView, viewer: Viewer) -> ViewOut:
    return ViewOut(id=view.id, name=view.name, query=view.query, own=view.owner == viewer.account)
