"""What a request may carry."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from dashboards.access.bodies import DEEPEST, MOST_BYTES, fault_of_json


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{"a": 1, "b": {"a": 2}}', None),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b'{"x": [{"a": 1, "\\u0061": 2}]}', "the key 'a' stands twice"),
        (b"[" * DEEPEST + b"]" * DEEPEST, None),
        (b"[" * 33 + b"]" * 33, "nested 33 deep; 32 is the most"),
        (b"[" * 500_000, "nested 500000 deep; 32 is the most"),
        (b'"' + b"[" * 99 + b'"', None),
        (b'{"a": "\\"[[[[", ', None),
        (b"", None),
        (b"\xff\x00", None),
    ],
)
def test_json_is_shallow_and_names_each_key_once(body: bytes, fault: str | None) -> None:
    assert fault_of_json(body) == fault


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"password": "a", "password": "b"}', 400), (b"[" * 40, 400), (b" " * (MOST_BYTES + 1), 413)],
)
def test_a_bad_body_is_refused_before_any_route_reads_it(browser: TestClient, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}

    answer = browser.post("/api/v1/session/unlock", content=body, headers=headers)

    assert answer.status_code == status
    assert answer.json()["code"] == "SOC-1723"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_unknown_keys_are_refused(browser: TestClient) -> None:
    answer = browser.post("/api/v1/session/unlock", json={"password": "a", "more": 1})

    assert answer.status_code == 422


def test_a_session_may_ask_600_times_a_minute(browser: TestClient) -> None:
    answers = [browser.get("/healthz") for _ in range(601)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert answers[-1].headers["retry-after"] == "60"
