"""`make check`: every rule of the house, all of them run, all faults shown."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import generate_docs, shape

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = [*shape.CODE, "tools", "bench", "tests"]

Check = Callable[[], list[str]]


def command(*words: str) -> Check:
    """A check that is a program: its output is the fault list when it fails."""

    def run() -> list[str]:
        done = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        return [] if done.returncode == 0 else [(done.stdout + done.stderr).strip() or f"exit code {done.returncode}"]

    return run


CHECKS: dict[str, Check] = {
    "ruff": command("ruff", "check", "--quiet", *CODE),
    "format": command("ruff", "format", "--check", "--quiet", *CODE),
    "shape": shape.faults,
    "imports": command("lint-imports", "--no-cache"),
    "documents": generate_docs.faults,
    "rules": command("python", "-m", "tools.sigma_check"),
    "mypy": command("mypy"),
}


def main() -> int:
    """Runs the named checks, or all of them."""
    wanted = sys.argv[1:] or list(CHECKS)
    failed = 0
    for name in wanted:
        start = time.monotonic()
        found = CHECKS[name]()
        failed += bool(found)
        print(f"check {name:<10} {'FAILED' if found else 'ok':<7}{time.monotonic() - start:6.1f} s", flush=True)
        for fault in found:
            print(f"  {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
