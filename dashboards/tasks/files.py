"""The one file of an answer: bounded while it arrives, kept once under its SHA-256, handed out as a download only."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.types import Message

from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from dashboards.tasks.words import FILE_TOO_LARGE, NO_ROOM
from soc.errors import NotFound
from soc.task import TaskFile

MOST, AROUND = 10 * 1024**2, 64 * 1024
NAME_MOST = 120


async def read_answer(request: Request) -> tuple[dict[str, str], tuple[str, bytes] | None]:
    """The fields of a form, and its file, if there is one. Raises Invalid over 10 MiB."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST + AROUND:
            raise Invalid({"file": FILE_TOO_LARGE})
    whole = bytes(body)

    async def replay() -> Message:
        return {"type": "http.request", "body": whole, "more_body": False}

    scope = {name: value for name, value in request.scope.items() if name != "app"}
    typed: dict[str, str] = {}
    file = None
    try:
        async with Request(scope, replay).form(max_files=1, max_fields=60) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    data = await value.read()
                    file = (value.filename or "", data) if data else None
                else:
                    typed[name] = f"{typed[name]}, {value}" if name in typed else value
    except (MultiPartException, ValueError, AssertionError):
        raise Refused("the form cannot be read", code="SOC-1842", status=422) from None
    return typed, file


def keep(services: Services, name: str, data: bytes) -> TaskFile:
    """Raises Invalid where no folder for it is there, or it is too large."""
    folder = _folder(services)
    if folder is None or len(data) > MOST:
        raise Invalid({"file": NO_ROOM if folder is None else FILE_TOO_LARGE})
    digest = sha256(data).hexdigest()
    folder.mkdir(mode=0o750, exist_ok=True)
    target = folder / digest
    if not target.exists():
        draft = folder / f".{digest}.{os.getpid()}"
        with draft.open("wb") as made:
            made.write(data)
            made.flush()
            os.fsync(made.fileno())
        draft.chmod(0o640)
        draft.replace(target)
    return TaskFile(_plain(name), digest, len(data))


def bytes_of(services: Services, file: TaskFile) -> bytes:
    """Raises NotFound when it is gone or was changed."""
    folder = _folder(services)
    path = folder / file.sha256 if folder else None
    if path is None or not path.is_file():
        raise NotFound
    data = path.read_bytes()
    if sha256(data).hexdigest() != file.sha256:
        raise NotFound
    return data


def _folder(services: Services) -> Path | None:
    return services.settings.data / "attachments" if services.settings.data else None


def _plain(name: str) -> str:
    """The last part of a name, without what a header or a shell could trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?;')
    return kept[-NAME_MOST:].strip() or "tep"
