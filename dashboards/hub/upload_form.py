"""The body of an upload: bounded while it arrives, then read as a form with one file."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.types import Message

from dashboards.errors import Refused
from reports.kpi.sheets.columns import MOST_BYTES, SheetRefused

AROUND = 64 * 1024
"""What a form may weigh around its file."""


async def read_upload(request: Request) -> tuple[bytes, dict[str, str]]:
    """The file and the other fields. Raises SheetRefused over 10 MiB, Refused for what is no form with a file."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES + AROUND:
            raise SheetRefused(
                "Tệp lớn hơn 10 MiB. Hãy chia thành nhiều tệp.", "larger than 10 MiB - split the file", "SOC-1957"
            )
    whole = bytes(body)

    async def replay() -> Message:
        return {"type": "http.request", "body": whole, "more_body": False}

    scope = {name: value for name, value in request.scope.items() if name != "app"}
    try:
        async with Request(scope, replay).form(max_files=1, max_fields=10) as form:
            file = form.get("file")
            data = await file.read() if isinstance(file, UploadFile) else None
            words = {name: value for name, value in form.items() if isinstance(value, str)}
    except (MultiPartException, ValueError, AssertionError):
        data = None
    if data is None:
        raise Refused("the upload holds no file", code="SOC-1842", status=422)
    return data, words
