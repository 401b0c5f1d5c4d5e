"""One master key in a file, and a key of its own for each purpose (security.md 14): HKDF-SHA256, AES-256-GCM.

What is sealed begins with the number of the master key, so that a later one can stand beside it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from soc.errors import StateError

MASTER_FILE = "master.key"
KEY_BYTES = 32
NONCE_BYTES = 12
NUMBER = b"\x01"


class Keyring:
    """Keys by purpose. `bound`: what the sealed text belongs to; it opens for nothing else."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    def __repr__(self) -> str:
        return "Keyring(…)"

    def key(self, purpose: str) -> bytes:
        """32 bytes that say nothing of the master key or of other purposes' keys."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"soc/" + purpose.encode()).derive(self._master)

    def seal(self, purpose: str, text: bytes, bound: str) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        return NUMBER + nonce + AESGCM(self.key(purpose)).encrypt(nonce, text, bound.encode())

    def open(self, purpose: str, sealed: bytes, bound: str) -> bytes:
        """Raises StateError when it was sealed for something else, changed, or sealed with another master key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(self.key(purpose)).decrypt(nonce, text, bound.encode())
        except (InvalidTag, ValueError) as error:
            raise StateError(
                f"what is sealed for '{bound}' does not open with keys/{MASTER_FILE} - restore the key file that "
                "was in force when it was sealed",
                code="SOC-1709",
            ) from error


def keyring(folder: Path) -> Keyring:
    """The ring of this folder; the master key is made when it is asked for the first time."""
    path = folder / MASTER_FILE
    if not path.exists():
        make_key(path)
    return Keyring(read_key(path, code="SOC-1709"))


def read_key(path: Path, *, code: str) -> bytes:
    """Raises StateError for a file of the wrong length."""
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StateError(f"{path}: {len(key)} bytes instead of {KEY_BYTES} - restore the file from a backup", code=code)
    return key


def make_key(path: Path) -> None:
    """0600, whole or not at all, and the first of two processes wins."""
    work = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(work, path)
    work.unlink()
