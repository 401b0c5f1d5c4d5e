"""The data directory: what lies where (pipeline-and-stores.md 1)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class DataDir:
    """`run/` may be deleted while stopped; `keys/` is 0700; only `events/` is ever seen by DuckDB."""

    root: Path

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    def raw_log(self, lane: str) -> Path:
        return self.root / "journal" / "raw" / lane

    @property
    def event_log(self) -> Path:
        return self.root / "journal" / "events"

    @property
    def manifest(self) -> Path:
        return self.root / "manifest.db"

    @property
    def events(self) -> Path:
        return self.root / "events"

    @property
    def state(self) -> Path:
        return self.root / "state.db"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    def capture(self, sha256: str) -> Path | None:
        """Where the capture of that SHA-256 is kept; None when the text is no SHA-256 at all."""
        return self.evidence / f"{sha256}.pcap" if _SHA256.fullmatch(sha256) else None

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def mappings(self) -> Path:
        """Mapping files of the site; they win over ours by name."""
        return self.root / "mappings"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def names(self) -> Path:
        """What shells complete."""
        return self.run / "names"

    @property
    def uploads(self) -> Path:
        """Files dropped on the page, until they are read."""
        return self.root / "uploads"

    @property
    def demo(self) -> Path:
        """What the demo's senders keep: their keys and their outbox; nothing of the centre itself."""
        return self.root / "demo"

    def beat(self, role: str) -> Path:
        return self.run / f"{role}.beat"

    def make(self) -> DataDir:
        """Makes the folders with their rights; harmless when they are there."""
        for path in (self.root, self.run, self.event_log, self.events, self.evidence, self.quarantine):
            path.mkdir(parents=True, exist_ok=True, mode=0o750)
        self.keys.mkdir(exist_ok=True, mode=0o700)
        os.chmod(self.keys, 0o700)
        return self
