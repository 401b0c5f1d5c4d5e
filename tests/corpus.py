"""The corpora beside the checkout (`../shared/data`), unpacked once into a cache; absent ones skip their tests."""

from __future__ import annotations

import os
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"

CORPORA = ("evtx-dev", "pcap-dev", "sigma-regression-dev", "sigma-rules-8eaafff1f", "syslog-dev", "windows-json-dev")
REFERENCES = ("glossary-vi.yml", "sigma-traps-dev.yml")


def corpus(archive: str) -> Path:
    """The folder of an unpacked archive, e.g. `corpus("evtx-dev")`; skips the test where it is absent."""
    packed = archive_of(archive)
    if not packed.exists():
        pytest.skip(f"no corpus: {packed.name} is not in ../shared/data")
    cache = Path(os.environ.get("SOCTEST_CACHE", Path(tempfile.gettempdir()) / "soc-corpora"))
    target = cache / f"{archive}-{packed.stat().st_size}"
    if not target.exists():
        work = Path(tempfile.mkdtemp(dir=_made(cache)))
        with tarfile.open(packed) as archive_file:
            archive_file.extractall(work, filter="data")
        # Another test run may have been faster; its copy is as good.
        with suppress(OSError):
            work.rename(target)
    folders = [entry for entry in target.iterdir() if entry.is_dir()]
    return folders[0] if len(folders) == 1 else target


def archive_of(name: str) -> Path:
    """Where the corpus lies packed; one of CORPORA."""
    assert name in CORPORA, f"{name} is not in tests.corpus.CORPORA"
    return DATA / f"{name}.tar.xz"


def reference(name: str) -> Path:
    """One reference file of `../shared/data`; skips the test where it is absent."""
    assert name in REFERENCES, f"{name} is not in tests.corpus.REFERENCES"
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no reference file: {name} is not in ../shared/data")
    return path


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
