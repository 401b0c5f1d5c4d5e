"""The end of every test run names what was really there: engines, programs, corpora."""

from __future__ import annotations

import gc
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator

import duckdb
import pytest
import structlog

from soc import sqlite
from tests.corpus import CORPORA, DATA, REFERENCES, archive_of

PROGRAMS = {"tshark": "captures", "chromium": "pages", "strace": "power cuts"}
"""Program -> the tests that need it."""


def pytest_configure() -> None:
    """A crash in a page is logged plainly: the pretty form, with all locals, takes minutes for a template."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the collector need not look at them again and again."""
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what these tests ran on")
    for line in report():
        terminalreporter.line(line)


def report() -> Iterator[str]:
    engines = {
        "Python": platform.python_version(),
        "SQLite": sqlite.module.sqlite_version,
        "DuckDB": duckdb.__version__,
    }
    yield "engines   " + ", ".join(f"{name} {version}" for name, version in engines.items())
    yield "programs  " + ", ".join(f"{name} {_version(name) or f'ABSENT: no {use}'}" for name, use in PROGRAMS.items())
    places = {name: archive_of(name) for name in CORPORA} | {name: DATA / name for name in REFERENCES}
    absent = [name for name, path in places.items() if not path.exists()]
    yield "corpora   " + (", ".join(name for name in places if name not in absent) or "none")
    if absent:
        yield f"SKIPPED   for want of {', '.join(absent)} in ../shared/data"


def _version(program: str) -> str:
    """Its number; '' when it is not there."""
    if shutil.which(program) is None:
        return ""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found.group() if found else "of an unknown version"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages come last: Playwright keeps an event loop in the main thread, and nobody can start another beside it."""
    items.sort(key=lambda item: "tests/pages/" in item.nodeid)
