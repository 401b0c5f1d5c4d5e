"""The web application: one factory that is handed its services. It picks no implementation itself."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Depends, FastAPI, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from dashboards import errors
from dashboards.access import factor_pages, lock_pages, policy_reports
from dashboards.access import pages as access_pages
from dashboards.access.attempts import Attempts
from dashboards.access.bodies import BodyLimits
from dashboards.access.headers import SecurityHeaders
from dashboards.access.origin import guard
from dashboards.access.pace import Pace
from dashboards.access.policy_reports import PolicyReports
from dashboards.access.repeats import Repeats
from dashboards.account import api as account_api
from dashboards.account import pages as account_pages
from dashboards.admin import api as admin_api
from dashboards.admin import audit_pages, key_pages, people_pages
from dashboards.alerts import (
    alert_pages,
    api_details,
    api_lists,
    api_work,
    bulk_api,
    bulk_pages,
    detail_pages,
    packet_api,
    packet_pages,
    queue_pages,
    views_api,
)
from dashboards.alerts import api as alerts_api
from dashboards.docs import pages as docs_pages
from dashboards.drop import api as drop_api
from dashboards.drop import pages as drop_pages
from dashboards.entities import api as entities_api
from dashboards.entities import pages as entities_pages
from dashboards.health import api as health_api
from dashboards.health import metrics as health_metrics
from dashboards.health import pages as health_pages
from dashboards.home import api as home_api
from dashboards.home import pages as home_pages
from dashboards.hub import answers_api as hub_answers_api
from dashboards.hub import batches_api as hub_batches_api
from dashboards.hub import boards_api as hub_boards_api
from dashboards.hub import catalogue_api as hub_catalogue_api
from dashboards.hub import figure_pages as hub_figure_pages
from dashboards.hub import forecast_api as hub_forecast_api
from dashboards.hub import form_pages as hub_form_pages
from dashboards.hub import observations_api as hub_observations_api
from dashboards.hub import reason_api as hub_reason_api
from dashboards.hub import reason_pages as hub_reason_pages
from dashboards.hub import upload_pages as hub_upload_pages
from dashboards.hunt import api as hunt_api
from dashboards.hunt import pages as hunt_pages
from dashboards.hunt.gate import Gate
from dashboards.hunt.index import ValueIndex
from dashboards.jobs import api as jobs_api
from dashboards.jobs import pages as jobs_pages
from dashboards.live import api as live_api
from dashboards.live.hub import Hub
from dashboards.meeting import api as meeting_api
from dashboards.meeting import pages as meeting_pages
from dashboards.posture import api as posture_api
from dashboards.posture import pages as posture_pages
from dashboards.quality import pages as quality_pages
from dashboards.registers import api as registers_api
from dashboards.registers import one_pages as registers_one_pages
from dashboards.registers import pages as registers_pages
from dashboards.reports import api as reports_api
from dashboards.reports import pages as reports_pages
from dashboards.rules import api as rules_api
from dashboards.rules import pages as rules_pages
from dashboards.services import Services
from dashboards.shell import offline
from dashboards.shell.packing import Packing
from dashboards.shell.static import serve_static
from dashboards.sources import api as sources_api
from dashboards.sources import new_pages as sources_new_pages
from dashboards.sources import pages as sources_pages
from dashboards.tasks import api as tasks_api
from dashboards.tasks import pages as tasks_pages
from dashboards.tiles import api as tiles_api
from dashboards.tiles import pages as tiles_pages
from dashboards.unmask import api as unmask_api
from dashboards.unmask import pages as unmask_pages
from dashboards.warnings import api as warnings_api
from dashboards.warnings import pages as warnings_pages
from soc import __version__
from soc.store.masked import MaskedStore

API = "/api/v1"
HUB = "/ioc/v1"
HUBS = (
    hub_batches_api,
    hub_catalogue_api,
    hub_observations_api,
    hub_answers_api,
    hub_boards_api,
    hub_reason_api,
    hub_forecast_api,
)
PAGES = (
    access_pages,
    factor_pages,
    lock_pages,
    policy_reports,
    account_pages,
    people_pages,
    key_pages,
    audit_pages,
    unmask_pages,
    offline,
    bulk_pages,
    jobs_pages,
    queue_pages,
    detail_pages,
    packet_pages,
    alert_pages,
    health_pages,
    health_metrics,
    registers_pages,
    registers_one_pages,
    reports_pages,
    rules_pages,
    sources_new_pages,
    sources_pages,
    posture_pages,
    tiles_pages,
    tasks_pages,
    warnings_pages,
    meeting_pages,
    hub_figure_pages,
    hub_upload_pages,
    hub_form_pages,
    hub_reason_pages,
    quality_pages,
    drop_pages,
    home_pages,
    docs_pages,
    hunt_pages,
    entities_pages,
)
APIS = (
    account_api,
    admin_api,
    unmask_api,
    registers_api,
    reports_api,
    rules_api,
    api_lists,
    api_work,
    alerts_api,
    views_api,
    api_details,
    packet_api,
    bulk_api,
    jobs_api,
    live_api,
    health_api,
    sources_api,
    posture_api,
    tiles_api,
    tasks_api,
    warnings_api,
    meeting_api,
    drop_api,
    home_api,
    hunt_api,
    entities_api,
)


class SocApp(FastAPI):
    """FastAPI with the security headers outside of everything, also outside of its handler for crashes."""

    def build_middleware_stack(self) -> ASGIApp:
        services: Services = self.state.services
        inner = BodyLimits(Repeats(super().build_middleware_stack(), services))
        return SecurityHeaders(Packing(inner), secure=services.settings.secure)


def create_app(services: Services) -> FastAPI:
    """Pages, REST API under /api/v1, static files, and the two probes for supervisors."""
    app = SocApp(
        title="Provincial SOC",
        version=__version__,
        summary="Alerts, sources and health of one province.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url=f"{API}/openapi.json",
        dependencies=[Depends(guard)],
    )
    if services.events is not None:
        services = replace(services, events=MaskedStore(services.events))
    app.state.services = services
    app.state.attempts = Attempts()
    app.state.pace = Pace()
    app.state.hub = Hub(services)
    app.state.searches = Gate()
    app.state.value_index = ValueIndex()
    app.state.policy_reports = PolicyReports()
    errors.install(app)
    for module in APIS:
        app.include_router(module.router, prefix=API)
    for module in HUBS:
        app.include_router(module.router, prefix=HUB)
    app.include_router(lock_pages.api, prefix=API)
    for module in PAGES:
        app.include_router(module.router)
    app.router.routes.append(Route("/static/{version}/{name:path}", serve_static, methods=["GET"]))
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    app.add_api_route("/readyz", _ready, include_in_schema=False)
    return app


def _alive() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok", "version": __version__})


def _ready(request: Request) -> Response:
    """The state store answers; 503 by the error handler when it does not."""
    services: Services = request.app.state.services
    with services.state.read() as tx:
        tx.people.any()
    return JSONResponse({"status": "ready", "version": __version__})
