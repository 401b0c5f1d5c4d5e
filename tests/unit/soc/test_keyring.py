"""One master key, many purposes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from soc.errors import StateError
from soc.keyring import MASTER_FILE, Keyring, keyring


def test_the_master_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    first = keyring(tmp_path).key("totp")

    assert stat.S_IMODE((tmp_path / MASTER_FILE).stat().st_mode) == 0o600
    assert keyring(tmp_path).key("totp") == first
    assert [path.name for path in tmp_path.iterdir()] == [MASTER_FILE]


def test_each_purpose_has_its_own_key() -> None:
    ring = Keyring(b"m" * 32)

    assert len({ring.key("totp"), ring.key("links"), b"m" * 32}) == 3
    assert "m" * 8 not in repr(ring)


def test_what_is_sealed_opens_for_its_owner_alone() -> None:
    ring = Keyring(b"m" * 32)
    sealed = ring.seal("totp", b"secret", "an")

    assert b"secret" not in sealed
    assert ring.open("totp", sealed, "an") == b"secret"
    for other, purpose, bound in ((ring, "totp", "binh"), (ring, "links", "an"), (Keyring(b"n" * 32), "totp", "an")):
        with pytest.raises(StateError, match="does not open"):
            other.open(purpose, sealed, bound)
    with pytest.raises(StateError):
        ring.open("totp", sealed[:-1] + bytes([sealed[-1] ^ 1]), "an")


def test_a_key_file_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / MASTER_FILE).write_bytes(b"short")

    with pytest.raises(StateError, match="5 bytes instead of 32"):
        keyring(tmp_path)
