"""What a failed request answers: problem+json (RFC 9457) under /api, a calm page elsewhere, always a request id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from dashboards.shell.i18n import N_
from dashboards.shell.render import page, wants_fragment
from soc.errors import IllegalMove, NotFound, QueryFault, QuerySyntaxError, SignInRefused, SocError, StaleRevision
from soc.query.wording import sentence

log = structlog.get_logger(__name__)


class NeedsSignIn(SocError):
    """Nobody is signed in: 401, or the sign-in page."""

    def __init__(self) -> None:
        super().__init__("sign in first", code="SOC-1720")


class NeedsFactor(SocError):
    """The second factor is asked for again: 403, or the page for it, which leads to `back` afterwards."""

    def __init__(self, back: str = "") -> None:
        self.back = back
        super().__init__("this act asks for the second factor again", code="SOC-1727")


class Locked(SocError):
    """The session has locked itself: 401, or the page that asks for the password."""

    def __init__(self) -> None:
        super().__init__("the session is locked - unlock it with the password", code="SOC-1728")


class Refused(SocError):
    """Known, but not allowed: 403 (or the status given). `wait`: seconds, for 429."""

    def __init__(self, message: str, *, code: str = "SOC-1721", status: int = 403, wait: int | None = None) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.wait = wait


class Invalid(SocError):
    """Fields that cannot be accepted, all at once: 422. `fields`: name -> what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in fields.items()), code="SOC-1724")
        self.fields = dict(fields)


TEXTS: dict[int, tuple[str, str]] = {
    400: (N_("The request cannot be read"), N_("Go back and try again.")),
    401: (N_("Sign in first"), N_("Your session has ended or never began.")),
    403: (N_("You may not see this"), N_("Your role does not include it. Ask an administrator if it should.")),
    404: (N_("Nothing is here"), N_("The address is wrong, or what stood here is outside your units.")),
    405: (N_("Not possible here"), N_("This address does not take that kind of request.")),
    409: (N_("Not possible in this state"), N_("Load the page again: it shows what is possible now.")),
    412: (N_("Changed in the meantime"), N_("Somebody was faster. Load the page again and look.")),
    413: (N_("Too large"), N_("It is over the limit for its kind.")),
    415: (N_("Wrong kind of content"), N_("This address takes JSON only.")),
    422: (N_("Some fields need another look"), N_("Go back and correct them.")),
    429: (N_("Too many tries"), N_("Wait a minute, then try again.")),
    500: (N_("Something failed on our side"), N_("It has been written to the log. Try again in a minute.")),
    503: (N_("Not ready at the moment"), N_("A store does not answer. Try again in a minute.")),
}


FORMS = {
    "admin": "/admin/people",
    "account": "/account",
    "registers": "/registers",
    "reports": "/reports",
    "tasks": "/tasks",
    "warnings": "/warnings",
    "meetings": "/meetings",
    "sources": "/sources",
    "rules": "/rules",
}
"""First part of a path -> the page on which its forms stand."""

STATUS_OF = {
    "SOC-1512": 504,
    "SOC-1513": 422,
    "SOC-1515": 429,
    "SOC-1607": 422,
    "SOC-1608": 400,
    "SOC-1610": 409,
    "SOC-1612": 422,
    "SOC-1613": 409,
    "SOC-1615": 422,
    "SOC-1616": 409,
    "SOC-1617": 422,
    "SOC-1618": 422,
    "SOC-1640": 422,
    "SOC-1641": 422,
    "SOC-1642": 409,
    "SOC-1643": 422,
    "SOC-1644": 409,
    "SOC-1645": 422,
    "SOC-1646": 422,
    "SOC-1647": 422,
    "SOC-1648": 409,
    "SOC-1905": 422,
    "SOC-1907": 422,
}
"""Refusals of the state that have no class of their own."""


def install(app: FastAPI) -> None:
    """The handlers, narrowest first."""
    app.add_exception_handler(NeedsSignIn, _needs_sign_in)
    app.add_exception_handler(NeedsFactor, _needs_factor)
    app.add_exception_handler(Locked, _locked)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(SocError, _ours)
    app.add_exception_handler(Exception, _unexpected)


def is_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/ioc/"))


def problem(request: Request, status: int, code: str, detail: str, **more: Any) -> Response:
    """One problem document."""
    body = {
        "type": "about:blank",
        "title": TEXTS.get(status, TEXTS[500])[0],
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request.state.request_id,
        **more,
    }
    return Response(orjson.dumps(body), status_code=status, media_type="application/problem+json")


def answer(request: Request, status: int, code: str, detail: str, **more: Any) -> Response:
    """The problem for programs, the page for people."""
    if is_api(request):
        return problem(request, status, code, detail, **more)
    if wants_fragment(request):
        return page(request, "shell/failed.html", status=status, signed_out=False)
    heading, advice = TEXTS.get(status, TEXTS[500])
    return page(request, "shell/error.html", status=status, heading=heading, advice=advice)


async def _needs_sign_in(request: Request, error: Exception) -> Response:
    if is_api(request):
        response = problem(request, 401, "SOC-1720", str(error))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if wants_fragment(request):
        return page(request, "shell/failed.html", status=401, signed_out=True)
    return _sent_to(request, "/sign-in")


async def _needs_factor(request: Request, error: Exception) -> Response:
    return _asked(request, error, 403, "/step-up", cast(NeedsFactor, error).back)


async def _locked(request: Request, error: Exception) -> Response:
    return _asked(request, error, 401, "/lock")


def _asked(request: Request, error: Exception, status: int, door: str, back: str = "") -> Response:
    """Something more must be shown first."""
    if is_api(request):
        return problem(request, status, cast(SocError, error).code, str(error))
    if wants_fragment(request):
        return page(request, "shell/failed.html", status=status, signed_out=True)
    return _sent_to(request, door, back)


def _sent_to(request: Request, door: str, back: str = "") -> Response:
    """To a door, and back to this page afterwards; a form that was sent leads back to the page it stood on."""
    query = f"?{request.url.query}" if request.url.query else ""
    back = back or (request.url.path + query if request.method == "GET" else _page_of(request.url.path))
    return RedirectResponse(f"{door}?back={quote(back, safe='/')}", status_code=303)


def _page_of(path: str) -> str:
    """The page on which the form that is sent to `path` stands."""
    _, first, *rest = path.split("/")
    if first == "alerts" and len(rest) > 1 and rest[0] != "views":
        return f"/alerts/{rest[0]}"
    return FORMS.get(first, "/alerts")


async def _invalid_request(request: Request, error: Exception) -> Response:
    faults = cast(RequestValidationError, error).errors()
    errors = [{"field": ".".join(str(part) for part in fault["loc"]), "detail": fault["msg"]} for fault in faults]
    malformed = any(fault["type"] == "json_invalid" for fault in faults)
    status, code = (400, "SOC-1723") if malformed else (422, "SOC-1724")
    return answer(request, status, code, "; ".join(f"{e['field']}: {e['detail']}" for e in errors), errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    found = cast(HTTPException, error)
    response = answer(request, found.status_code, f"HTTP-{found.status_code}", str(found.detail))
    response.headers.update(found.headers or {})
    return response


async def _ours(request: Request, error: Exception) -> Response:
    found = cast(SocError, error)
    status, more = _status(found)
    wait = getattr(found, "wait", None)
    if status == 503:
        log.error("request failed", request_id=request.state.request_id, code=found.code, detail=found.message)
    response = answer(request, status, found.code, found.message, **more)
    if status in (429, 503):
        response.headers["Retry-After"] = str(wait or (60 if status == 429 else 5))
    return response


def _status(error: SocError) -> tuple[int, dict[str, Any]]:
    match error:
        case NotFound():
            return 404, {}
        case IllegalMove():
            return 409, {"legal": list(error.legal)}
        case StaleRevision():
            return 412, {}
        case Refused():
            return error.status, {}
        case Invalid():
            return 422, {"errors": [{"field": name, "detail": text} for name, text in error.fields.items()]}
        case QuerySyntaxError():
            return 422, {"errors": [_query_fault(fault) for fault in error.faults]}
        case SignInRefused():
            return (401, {}) if error.wait is None else (429, {"retry_after": error.wait})
        case _:
            return STATUS_OF.get(error.code, 503), {}


def _query_fault(fault: QueryFault) -> dict[str, Any]:
    """Where a query is wrong, and what would do there."""
    return {
        "field": "q",
        "column": fault.position + 1,
        "length": fault.length,
        "expected": list(fault.expected),
        "detail": sentence(fault, "en"),
    }


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("request crashed", request_id=request.state.request_id, exc_info=error)
    return answer(request, 500, "SOC-1000", "unexpected error; it is in the log under this request id")
