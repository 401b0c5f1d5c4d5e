"""Mappings of the site come into force when their file is saved, without a restart (collectors.md 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from collectors.mapping.library import SiteMappings
from collectors.registry import take_site

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=5)


class SiteWatch:
    """A chore between two batches. `changed` is told when the mappings are others than before."""

    def __init__(self, folder: Path, changed: Callable[[], None]) -> None:
        self._site = SiteMappings(folder)
        self._changed = changed
        self._looked: datetime | None = None

    def run(self, now: datetime) -> None:
        """A look at the folder twelve times a minute; a bad file is in the log, and what it was stays in force."""
        if self._looked is not None and self._looked <= now < self._looked + EVERY:
            return
        self._looked = now
        if self._site.reload():
            take_site(self._site)
            self._changed()
            log.info("the mappings of the site are in force", names=sorted(self._site.parsers()))
