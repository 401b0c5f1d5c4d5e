"""What the lock files install: hashed, from the index alone, and under licences that Apache-2.0 can stand beside."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
RUN, DEV = (ROOT / name for name in ("requirements.lock", "requirements-dev.lock"))

ALLOWED = (
    r"Apache([- ]2\.0)?( Software License)?|MIT(-0)?( License)?|(0|2-Clause |3-Clause )?BSD(-[23]-Clause)?( License)?"
    r"|MIT-CMU|ISC( License \(ISCL\))?|PSF-2\.0|Python Software Foundation License|Zlib"
    r"|MPL-2\.0|Mozilla Public License 2\.0 \(MPL 2\.0\)|LGPL-2\.1-only|LGPL-2\.1-or-later"
    r"|GNU Lesser General Public License v2 \(LGPLv2\)"
)
EXCEPTIONS = {
    "scapy": "GPL-2.0-only: the optional extra `pcap`, imported in one file that runs as its own process",
    "pyphen": "a choice of three: we take the LGPL, version 2 or later",
    "numpy": "CC0-1.0 beside BSD: a waiver over the generators of random numbers",
}
FILE_ONLY = {
    "pysqlite3": "The origin of this software must not be misrepresented",
    "resvg-py": "Permission is hereby granted, free of charge",
}
"""Packages whose metadata name no licence -> words of the licence in their file (Zlib, MIT)."""


def names(lock: Path) -> list[str]:
    return sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text("utf-8"), re.MULTILINE)))


def licences(of: Distribution) -> list[str]:
    """The parts of the expression, else the classifiers, else the old field."""
    for expression in of.metadata.get_all("License-Expression") or []:
        return re.split(r"[ ()]+(?:AND|OR)[ ()]+", expression.strip("()"))
    classifiers = of.metadata.get_all("Classifier") or []
    found = [one.rsplit(" :: ", 1)[-1] for one in classifiers if one.startswith("License ::")]
    return [one for one in found if one != "OSI Approved"] or list(of.metadata.get_all("License") or [])


@pytest.mark.parametrize("name", names(DEV))
def test_a_package_has_a_licence_that_we_allow(name: str) -> None:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed here: it is locked for another platform, or this set-up is not for tests")
    if name in FILE_ONLY:
        assert any(FILE_ONLY[name] in file.read_text() for file in found.files or () if file.name == "LICENSE")
        return
    wrong = [one for one in licences(found) if not re.fullmatch(ALLOWED, one)]
    assert licences(found), f"{name} names no licence"
    assert (wrong == []) == (name not in EXCEPTIONS), f"{name}: {wrong}"


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda path: path.name)
def test_a_lock_file_names_no_place_and_hashes_everything(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) >= len(names(lock)) > 50
    assert [entry.split(" ", 1)[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_for_tests_holds_all_that_the_program_runs_on() -> None:
    pinned = [set(re.findall(r"^\S+==\S+", lock.read_text("utf-8"), re.MULTILINE)) for lock in (RUN, DEV)]
    assert pinned[0] - pinned[1] == set()
