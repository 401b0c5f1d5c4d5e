"""What may not come in, whoever sends it: state secrets, and what would tell an attacker where to strike
(ioc-hub.md 16). The sender's outbox asks the same questions before it sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

STATE_SECRET = re.compile(
    r"\b(tuyệt|tối)[ _-]+mật\b|độ[ _-]+mật\s*:|[\[(<]\s*mật\s*[\])>]|^\s*mật\s*$|\b(tuyet|toi)[ _-]+mat\b",
    re.IGNORECASE,
)
CAPITALS = re.compile(r"(?<!BẢO )(?<!BÍ )(?<!CƠ )(?<!ONG )\bMẬT\b(?!\s*(ĐỘ|KHẨU|MÃ|ONG|THIẾT|VỤ))")
ADDRESS = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])")
_GROUP = r"[0-9a-f]{1,4}"
ADDRESS_6 = re.compile(
    rf"(?<![\w:])(?:(?:{_GROUP}:){{7}}{_GROUP}|(?:{_GROUP}(?::{_GROUP})*)?::{_GROUP}(?::{_GROUP})*)(?![\w:])",
    re.IGNORECASE,
)
WEAKNESS = re.compile(r"\bCVE-\d{4}-\d{4,}\b", re.IGNORECASE)
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+")
RULE = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
ACCOUNT = re.compile(r"(?<![\w\\])[A-Za-z][\w.-]{1,30}\\[\w.$-]{1,60}(?![\w\\])")
HOST = re.compile(r"\b[a-z0-9-]{1,63}\.(?:lan|local|internal|corp|intra)\b", re.IGNORECASE)

LEAKS = {
    "ip_address": ADDRESS,
    "ip6_address": ADDRESS_6,
    "weakness": WEAKNESS,
    "mail_address": MAIL,
    "rule_id": RULE,
    "account": ACCOUNT,
    "host": HOST,
}
SECRET_DIMENSIONS = frozenset({"rule", "host", "user", "address", "system"})
"""Never leave the side that knows them."""


def is_state_secret(texts: Iterable[str]) -> bool:
    """Whether any text carries the mark Mật, Tối mật or Tuyệt mật."""
    return any(STATE_SECRET.search(text) or CAPITALS.search(text) for text in texts)


def leaks(texts: Iterable[str], *, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Which kinds of secrets the texts hold. `known`: names of assets and accounts that the sender knows; the receiver
    knows none."""
    joined = "\n".join(texts)
    found = [kind for kind, form in LEAKS.items() if form.search(joined)]
    lowered = joined.lower()
    if any(name.lower() in lowered for name in known if len(name) >= 3):
        found.append("known_name")
    return tuple(found)
