"""Logs of the program itself: JSON lines on standard error, so that data on standard output stays data."""

from __future__ import annotations

import sys


def configure() -> None:
    """Once a process, before anything logs. No event content above debug (pipeline-and-stores.md 16)."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        # Asked anew for each logger: whoever captures standard error gets the logs, too.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
