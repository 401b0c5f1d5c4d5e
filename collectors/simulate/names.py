"""What people call the simulated senders: what it is, and whose."""

from __future__ import annotations

KINDS = {
    "dc": "Máy chủ miền",
    "fgt": "Tường lửa",
    "fs": "Máy chủ tệp",
    "pc": "Máy trạm",
    "portal": "Cổng thông tin",
    "rb": "Bộ định tuyến",
    "sensor": "Cảm biến mạng",
    "srv": "Máy chủ",
}


def source_name(source: str, unit: str) -> str:
    """`fgt-soyte` of Sở Y tế is `Tường lửa, Sở Y tế`; several alike keep their number or word."""
    kind, _, rest = source.partition("-")
    bare = kind.rstrip("0123456789")
    own = rest.rpartition("-")[2] if kind == "pc" else rest if kind == "srv" else kind[len(bare) :]
    words = " ".join(word for word in (KINDS.get(bare, source), own) if word)
    return f"{words}, {unit}" if unit else words
