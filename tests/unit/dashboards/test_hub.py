"""The hub for programs: keys, batches, receipts, what was known when."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from reports.kpi.profile import Duty, UnitChoice
from soc.access import ROOT, SYSTEM
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, a_life, app_of
from tests.unit.reports.kpi.worlds import NOW, a_batch, a_correction, a_world, an_item

HUB = "/ioc/v1"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path / "data", start=NOW)
    made.services = replace(made.services, world=a_world())
    yield made
    made.state.close()


@pytest.fixture
def client(life: Life) -> TestClient:
    return TestClient(app_of(life.services), raise_server_exceptions=False)


def key(life: Life, *scopes: str, unit: str = ROOT) -> dict[str, str]:
    with life.state.write() as tx:
        token = tx.keys.make("sender", scopes or ("kpi:write",), by="an", at=life.clock.now(), unit=unit)
    return {"Authorization": f"Bearer {token}"}


def push(client: TestClient, headers: dict[str, str], *items: Any, number: int = 1, query: str = "") -> Any:
    return client.post(f"{HUB}/batches{query}", content=a_batch(*items, number=number), headers=headers | JSON)


def codes(answer: Any) -> Sequence[str]:
    return [fault["code"] for item in answer.json()["items"] for fault in item["faults"]]


def test_a_batch_is_answered_by_its_receipt_and_the_receipt_again(life: Life, client: TestClient) -> None:
    headers = key(life)
    first = push(client, headers, an_item(), an_item("nothing"), query="?items=all")
    again = push(client, headers, an_item(), an_item("nothing"), query="?items=all")
    kept = client.get(f"{HUB}/batches/{first.json()['batch_id']}?items=all", headers=headers)

    assert first.status_code == 200
    assert first.json()["summary"]["accepted"] == first.json()["summary"]["rejected"] == 1
    assert first.content == again.content == kept.content


def test_a_receipt_is_the_senders_own(life: Life, client: TestClient) -> None:
    made = push(client, key(life), an_item()).json()

    assert client.get(f"{HUB}/batches/{made['batch_id']}", headers=key(life)).status_code == 404


def test_a_batch_may_be_packed_and_unpacking_stops_at_the_limit(life: Life, client: TestClient) -> None:
    headers = key(life) | JSON | {"Content-Encoding": "gzip"}
    packed = client.post(f"{HUB}/batches", content=gzip.compress(a_batch(an_item())), headers=headers)
    bomb = client.post(f"{HUB}/batches", content=gzip.compress(b" " * 50_000_000), headers=headers)
    torn = client.post(f"{HUB}/batches", content=gzip.compress(a_batch(an_item()))[:-9], headers=headers)

    assert (packed.status_code, bomb.status_code, torn.status_code) == (200, 413, 400)
    assert bomb.headers["content-type"] == "application/problem+json"


BAD = [
    (b"", 400),
    (b"[]", 400),
    (b'{"schema": "kpi-contract/1", "schema": "kpi-contract/1"}', 400),
    (b"\xff\xfe{}", 400),
    (b"[" * 5_000, 400),
    (b'{"a": NaN}', 400),
    (b" " * (2 * 1024 * 1024 + 1), 413),
    (a_batch(), 400),
    (a_batch(*[1] * 1_001), 413),
    (a_batch(an_item(), sender={}), 400),
    (a_batch(an_item(), batch_id="x"), 400),
    (a_batch(an_item(), sent_at="yesterday"), 400),
    (b'{"schema": "kpi-contract/1", "x": "\\ud800"}', 400),
]


@pytest.mark.parametrize(("body", "status"), BAD)
def test_an_envelope_that_cannot_be_read_is_a_problem(life: Life, client: TestClient, body: bytes, status: int) -> None:
    answer = client.post(f"{HUB}/batches", content=body, headers=key(life) | JSON)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_other_content_under_the_same_id_is_a_conflict(life: Life, client: TestClient) -> None:
    headers = key(life)
    push(client, headers, an_item())

    assert push(client, headers, an_item(value="11")).status_code == 409


def test_a_key_sends_what_it_is_bound_to(life: Life, client: TestClient) -> None:
    unit = push(client, key(life, unit=HEALTH), an_item())
    subsystem = push(client, key(life, "kpi:write:cyber_security"), an_item(), number=2)
    reader = push(client, key(life, "kpi:read"), an_item(), number=3)

    assert codes(unit) == codes(subsystem) == ["KPI-E-NOT-AUTHORISED-FOR-UNIT"]
    assert reader.status_code == 403
    assert push(client, {}, an_item()).status_code == 403
    assert push(client, {"Authorization": "Bearer nothing"}, an_item()).status_code == 401


def test_too_many_batches_are_told_when_to_come_back(life: Life, client: TestClient) -> None:
    headers = key(life)
    answers = [push(client, headers, an_item(), query="?dry_run=true") for _ in range(61)]

    assert {one.status_code for one in answers} == {200, 429}
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_what_was_known_then_is_answered_with_the_same_bytes(life: Life, client: TestClient) -> None:
    headers, item = key(life, "kpi:write", "kpi:read"), an_item(value="10")
    push(client, headers, item)
    life.clock.advance(timedelta(hours=1))
    then = life.clock.now().isoformat().replace("+", "%2B")
    before = client.get(f"{HUB}/observations?as_of={then}", headers=headers)
    life.clock.advance(timedelta(hours=1))
    push(client, headers, a_correction(item, value="12"), number=2)
    now = client.get(f"{HUB}/observations", headers=headers).json()["items"]

    assert client.get(f"{HUB}/observations?as_of={then}", headers=headers).content == before.content
    assert [one["value"] for one in before.json()["items"]] == ["10"]
    assert [(one["value"], one["revision"]) for one in now] == [("12", 1)]


def test_observations_are_paged_and_of_the_callers_units(life: Life, client: TestClient) -> None:
    push(client, key(life), *(an_item(day=f"2026-11-{day:02d}", unit_id=unit) for day in (1, 2, 3) for unit in UNITS))
    reader = key(life, "kpi:read", unit=FINANCE)
    page = client.get(f"{HUB}/observations?limit=2", headers=reader).json()
    rest = client.get(f"{HUB}/observations?limit=2&cursor={page['next']}", headers=reader).json()

    assert [one["unit_id"] for one in page["items"] + rest["items"]] == [FINANCE] * 3
    assert rest["next"] is None


UNITS = (FINANCE, HEALTH)


def test_catalogues_have_strong_tags(life: Life, client: TestClient) -> None:
    headers = key(life)
    for name in ("kpis", "units?at=2025-01-01", "functions"):
        first = client.get(f"{HUB}/{name}", headers=headers)
        tag = first.headers["etag"]
        assert first.status_code == 200
        assert client.get(f"{HUB}/{name}", headers=headers | {"If-None-Match": tag}).status_code == 304
    kpis = client.get(f"{HUB}/kpis", headers=headers).json()
    assert "rule" not in str([one["dimensions"] for one in kpis["kpis"]] + kpis["dimensions"])


def test_a_sign_of_life_is_kept(life: Life, client: TestClient) -> None:
    answer = client.post(f"{HUB}/heartbeat?system=dvc", headers=key(life, "kpi:write:order") | JSON)

    assert answer.status_code == 204
    with life.state.read() as tx:
        beat = tx.receipts.beats(SYSTEM)[0]
    assert (beat.system, beat.subsystems, beat.at) == ("dvc", ("order",), NOW)


def test_a_held_value_is_listed_and_confirmed_by_its_unit(life: Life, client: TestClient) -> None:
    days = [an_item(value="100", day=f"2026-10-{day:02d}") for day in range(1, 32)]
    push(client, key(life), *days, an_item(value="900", day="2026-11-02"))
    headers = key(life, "kpi:read", "kpi:write", unit=FINANCE)
    held = client.get(f"{HUB}/held", headers=headers).json()["items"]
    findings = client.get(f"{HUB}/findings", headers=headers).json()["items"]

    assert [one["codes"] for one in held] == [["KPI-W-JUMP"]]
    assert [one["check"] for one in findings] == ["KPI-W-JUMP"]
    seq = held[0]["seq"]
    stranger = client.post(f"{HUB}/held/{seq}/confirm", json={"reason": "lễ hội"}, headers=key(life, unit=HEALTH))
    mute = client.post(f"{HUB}/held/{seq}/confirm", json={"reason": "x"}, headers=headers)
    said = client.post(f"{HUB}/held/{seq}/confirm", json={"reason": "lễ hội"}, headers=headers)
    assert (stranger.status_code, mute.status_code, said.status_code) == (404, 422, 204)
    push(client, key(life), an_item(value="901", day="2026-11-03"), number=2)
    other = key(life, "kpi:read:order", "kpi:write:order", unit=FINANCE)
    assert client.get(f"{HUB}/held", headers=other).json()["items"] == []
    assert client.get(f"{HUB}/findings?open_only=false", headers=other).json()["items"] == []
    for act, sent in ((f"held/{seq + 1}/confirm", {"reason": "lễ hội"}), ("findings/2/answer", SAID)):
        assert client.post(f"{HUB}/{act}", json=sent, headers=other).status_code == 404
    assert len(client.get(f"{HUB}/held", headers=headers).json()["items"]) == 1


SAID = {"answer": "explained", "text": "lễ hội"}


def test_the_schema_and_the_health_need_no_sign_in(client: TestClient) -> None:
    schema = client.get(f"{HUB}/schema/kpi-contract-1.json")

    assert schema.json()["$schema"].endswith("2020-12/schema")
    assert client.get(f"{HUB}/health").json()["status"] == "ok"


def test_a_system_without_a_catalogue_says_so(life: Life) -> None:
    client = TestClient(app_of(replace(life.services, world=None)), raise_server_exceptions=False)
    answer = push(client, key(life), an_item())

    assert (answer.status_code, answer.json()["code"]) == (503, "SOC-1954")
    assert answer.headers["retry-after"] == "5"


BOARDS = ("tiles", "tiles?subsystem=documents_tasks", "freshness", "readiness", "quality", "contributions")


@pytest.mark.parametrize("board", BOARDS)
def test_boards_come_as_data(tmp_path: Path, board: str) -> None:
    life = a_life(tmp_path / "data", start=NOW)
    duty = Duty("documents_tasks", UnitChoice(ids=frozenset({FINANCE, HEALTH})))
    life.services = replace(life.services, world=a_world(owes=(duty,), services=("documents_tasks",)))
    client = TestClient(app_of(life.services))
    headers = key(life, "kpi:read", "kpi:write")
    push(client, headers, an_item(value="10"), an_item(value="20", unit_id=HEALTH))
    whole = client.get(f"{HUB}/{board}", headers=headers)
    own = client.get(f"{HUB}/{board}", headers=key(life, "kpi:read", unit=FINANCE))
    life.state.close()

    assert (whole.status_code, own.status_code) == (200, 200)
    assert HEALTH in whole.text or board in ("quality", "tiles", "freshness")
    assert HEALTH not in own.text


def test_a_board_of_a_foreign_unit_is_not_found(life: Life, client: TestClient) -> None:
    reader = key(life, "kpi:read", unit=FINANCE)

    assert client.get(f"{HUB}/tiles?unit={HEALTH}", headers=reader).status_code == 404
    assert client.get(f"{HUB}/tiles?subsystem=none", headers=reader).status_code == 404
