from __future__ import annotations

import gzip

import orjson
import pytest
from starlette.testclient import TestClient

from collectors.sources.http import BODY_LIMIT, BodyError, Door, HttpIntake, split, unpack
from tests.unit.collectors.draining import Draining


def door(key: str, source: str) -> Door:
    if key != "right":
        return Door.NO_KEY
    return Door.OPEN if source == "web" else Door.OTHER_SOURCE


@pytest.fixture
def inbox() -> Draining:
    return Draining()


@pytest.fixture
def client(inbox: Draining) -> TestClient:
    return TestClient(HttpIntake(inbox, door, 100, lambda: None).app)


RIGHT = {"Authorization": "Bearer right"}


def test_every_line_of_a_body_is_one_record(client: TestClient, inbox: Draining) -> None:
    answer = client.post("/ingest/v1/web", content=b'{"a":1}\r\n\n{"a":2}\n', headers=RIGHT)
    assert (answer.status_code, answer.json()["received"]) == (200, 2)
    assert [record.data for record in inbox.records] == [b'{"a":1}', b'{"a":2}']


def test_an_idempotency_key_gives_each_item_its_place(client: TestClient, inbox: Draining) -> None:
    client.post("/ingest/v1/web", content=b"a\nb", headers={**RIGHT, "Idempotency-Key": "k"})
    assert [record.position for record in inbox.records] == ["k:0", "k:1"]


@pytest.mark.parametrize(
    "headers,source,status",
    [({}, "web", 401), ({"Authorization": "Bearer wrong"}, "web", 401), (RIGHT, "mail", 403)],
)
def test_a_wrong_key_or_source_stores_nothing(
    client: TestClient, inbox: Draining, headers: dict[str, str], source: str, status: int
) -> None:
    assert client.post(f"/ingest/v1/{source}", content=b"a", headers=headers).status_code == status
    assert inbox.records == []


def test_a_full_log_says_when_to_come_back(client: TestClient, inbox: Draining) -> None:
    inbox.blocked = True
    answer = client.post("/ingest/v1/web", content=b"a", headers=RIGHT)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")


def test_a_packed_body_is_unpacked(client: TestClient, inbox: Draining) -> None:
    client.post("/ingest/v1/web", content=gzip.compress(b"a\nb"), headers={**RIGHT, "Content-Encoding": "gzip"})
    assert len(inbox.records) == 2


def test_an_item_over_the_limit_is_cut_and_flagged(client: TestClient, inbox: Draining) -> None:
    client.post("/ingest/v1/web", content=b"a" * 150, headers=RIGHT)
    assert (len(inbox.records[0].data), inbox.records[0].flags) == (100, ("truncated",))


def test_a_json_array_is_taken_apart() -> None:
    assert list(split(b'[{"a":1}, {"b":2}]', "application/json; charset=utf-8")) == [b'{"a":1}', b'{"b":2}']
    assert list(split(orjson.dumps({"a": 1}), "application/json")) == [b'{"a":1}']


@pytest.mark.parametrize(
    "body,encoding,status",
    [
        (b"no gzip", "gzip", 400),
        (b"no zstd", "zstd", 400),
        (b"", "br", 415),
        (gzip.compress(bytes(BODY_LIMIT + 1)), "gzip", 413),
    ],
)
def test_a_body_that_cannot_be_unpacked_says_why(body: bytes, encoding: str, status: int) -> None:
    with pytest.raises(BodyError) as caught:
        unpack(body, encoding)
    assert caught.value.status == status


def test_broken_json_and_too_many_items_are_refused() -> None:
    with pytest.raises(BodyError, match="not JSON"):
        list(split(b"{", "application/json"))
    with pytest.raises(BodyError, match="at most"):
        list(split(b"a\n" * 10_001, "text/plain"))
