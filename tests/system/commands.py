"""`socctl` by subprocess, as a person calls it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from soc.codes import explanations
from tests.system.running import command, environment

CODE = re.compile(r"SOC-\d{4}")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended. Every code it names must be explained, and nobody may ever see a traceback."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """The rows of `import --json` by the file's own name."""
        rows = [orjson.loads(line) for line in self.out.splitlines()]
        return {Path(row["file"]).name: row for row in rows if row["type"] == "file"}

    @property
    def total(self) -> dict[str, Any]:
        row: dict[str, Any] = orjson.loads(self.out.splitlines()[-1])
        return row


def socctl(folder: Path, *words: str | Path, more: dict[str, str] | None = None) -> Done:
    config = folder / "soc.toml"
    if not config.exists():
        config.write_text("", "utf-8")
    line = command(folder / "data", config, *map(str, words))
    run = subprocess.run(line, capture_output=True, env=environment(more), timeout=180, check=False)
    done = Done(run.returncode, run.stdout.decode(), run.stderr.decode())
    assert "Traceback" not in done.said, done.said
    assert done.code in (0, 1, 2), done.said
    assert set(CODE.findall(done.said)) <= set(explanations()), done.said
    return done


def sources(folder: Path) -> list[dict[str, Any]]:
    """The books by source."""
    return [orjson.loads(line) for line in socctl(folder, "source", "list", "--json").out.splitlines()]
