"""How much one caller may ask (security.md 13): counted in memory by the `limits` library, refused with 429.

A session has 600 requests a minute, a key 1,200, an address 20 tries at a door.
"""

from __future__ import annotations

from hashlib import sha256

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from dashboards.access.session import session_token
from dashboards.errors import Refused

SESSION = RateLimitItemPerMinute(600)
KEY = RateLimitItemPerMinute(1_200)


class Pace:
    """One a process."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, limit: RateLimitItem, caller: str) -> int | None:
        """Counts one; seconds until the next is welcome, None when this one is."""
        if self._window.hit(limit, caller):
            return None
        return 60


def keep_pace(request: Request) -> None:
    """Before every route. Whoever has neither session nor key is bounded at the doors, by address."""
    pace: Pace = request.app.state.pace
    bearer = request.headers.get("authorization")
    token = session_token(request)
    if bearer is not None:
        wait = pace.wait(KEY, _named(bearer))
    elif token is not None:
        wait = pace.wait(SESSION, _named(token))
    else:
        return
    if wait is not None:
        raise Refused("more requests than this session may send in a minute", code="SOC-1729", status=429, wait=wait)


def _named(token: str) -> str:
    """A name to count under that opens nothing when memory is looked at."""
    return sha256(token.encode()).hexdigest()
