"""The PDF in a process of its own: memory, time and network are taken from it before it sees a text."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime

from reports.monthly.render.pdf import NO_PANGO, NoPango
from soc.errors import SocError

SECONDS = 60
MEMORY = 512 * 1024**2
NO_LIBRARY = 3


class RenderError(SocError):
    """The process that sets the pages failed or took too long."""


def pdf_apart(html: str, as_of: datetime) -> bytes:
    """Raises NoPango or RenderError."""
    told = {"PATH": os.environ.get("PATH", ""), "SOURCE_DATE_EPOCH": str(int(as_of.timestamp())), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.monthly.render.worker"],
            input=html.encode(),
            capture_output=True,
            timeout=SECONDS,
            env=told | {name: os.environ[name] for name in ("PYTHONPATH", "HOME") if name in os.environ},
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(
            f"the PDF took longer than {SECONDS} s - leave it out with --formats", code="SOC-1904"
        ) from error
    if done.returncode == NO_LIBRARY:
        raise NoPango(NO_PANGO, code="SOC-1901")
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"code {done.returncode}"]
        raise RenderError(f"the PDF was not made: {last[0]}", code="SOC-1904")
    return done.stdout


def _main() -> int:
    from reports.monthly.render.pdf import pdf
    from soc.confine import confine, die_with_parent

    die_with_parent()
    text = sys.stdin.buffer.read().decode()
    confine(SECONDS, MEMORY)
    try:
        made = pdf(text)
    except NoPango:
        return NO_LIBRARY
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
