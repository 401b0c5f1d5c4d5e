"""Reads an uploaded sheet in a process of its own: a file that eats memory or time ends that process, not the pages
(security.md 9). `python -m reports.kpi.sheets.apart vi` reads the file from standard input.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import orjson

from reports.kpi.sheets.columns import CellFault, Marker, NumberStyle, Row, Sheet, SheetRefused
from reports.kpi.sheets.reading import read_sheet
from reports.wording import Text

MEMORY = 1024**3
SECONDS = 60
LARGEST = 64 * 1024 * 1024


def read_apart(data: bytes, style: NumberStyle) -> Sheet:
    """As `read_sheet`. Raises SheetRefused, also when the process met its limits."""
    words = [sys.executable, "-m", "reports.kpi.sheets.apart", str(style)]
    try:
        done = subprocess.run(
            words, input=data, capture_output=True, timeout=SECONDS + 10, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise _ended() from None
    if done.returncode != 0 or len(done.stdout) > LARGEST:
        raise _ended()
    return _sheet(orjson.loads(done.stdout))


def main() -> None:
    """The other side."""
    _confine()
    try:
        sheet = read_sheet(sys.stdin.buffer.read(), NumberStyle(sys.argv[1]))
    except SheetRefused as error:
        told: dict[str, Any] = {"refused": asdict(error.text), "code": error.code}
    else:
        told = asdict(sheet)
    sys.stdout.buffer.write(orjson.dumps(told))


def _environment() -> dict[str, str]:
    """What Python needs to start; no secret of ours, one thread for numbers."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _confine() -> None:
    limits = {resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_FSIZE: 0}
    for kind, most in (limits | {resource.RLIMIT_NOFILE: 64, resource.RLIMIT_CORE: 0}).items():
        resource.setrlimit(kind, (most, most))


def _sheet(told: dict[str, Any]) -> Sheet:
    if "refused" in told:
        raise SheetRefused(told["refused"]["vi"], told["refused"]["en"], told["code"])
    rows = tuple(Row(row["number"], row["cells"]) for row in told["rows"])
    faults = tuple(CellFault(one["row"], one["column"], Text(**one["text"]), one["code"]) for one in told["faults"])
    return Sheet(rows, faults, Marker(**told["marker"]) if told["marker"] else None)


def _ended() -> SheetRefused:
    return SheetRefused(
        "Không đọc được tệp: vượt giới hạn bộ nhớ hoặc thời gian. Hãy chép số liệu sang tệp mẫu.",
        "could not be read: limit of memory or time - copy the figures into the template",
        "SOC-1957",
    )


if __name__ == "__main__":
    main()
