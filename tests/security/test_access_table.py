"""The access table (security.md 5): every route x everybody who may call it, against the real application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from soc.access import RoleOfPerson
from soc.store.memory import MemoryStore
from tests.security.table import Row, Table, read, routes
from tests.security.things import command
from tests.unit.dashboards.life import (
    FINANCE,
    HEALTH,
    Life,
    a_life,
    an_alert,
    app_of,
    some_beats,
    some_registers,
    some_traffic,
)
from tests.unit.reports.kpi.worlds import a_world

TABLE = read()
ROWS = [pytest.param(row, id=f"{row.method} {row.path}") for row in TABLE.rows]
KEY_SCOPES = ("alerts:read", "metrics:read", "ingest:fw-1", "kpi:write", "kpi:read")
REQUEST_ID = re.compile(r"[0-9a-f]{16}|nonce-[\w-]+|nonce=\"[\w-]+\"")


@dataclass(slots=True)
class Province:
    """Finance holds everything that the table's objects name; health is the foreign unit."""

    life: Life
    client: TestClient

    def ask(
        self, row: Row, values: dict[str, str], cookie: str = "", key: str = "", *, fragment: bool = False
    ) -> Response:
        headers = {"Sec-Fetch-Site": "same-origin", "If-Match": '"1"'}
        if "fragment" in row.flags and fragment:
            headers["HX-Request"] = "true"
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self.client.cookies.clear()
        if cookie:
            self.client.cookies.set("soc-local", cookie)
        body: dict[str, Any] = {} if row.method == "GET" else {"json" if row.api else "data": row.body}
        return self.client.request(row.method, row.address(values), headers=headers, **body)

    def session(self, role: str, unit: str, *, fresh: bool) -> str:
        account = f"{role}.{unit}".replace("_", "-")
        with self.life.state.write() as tx:
            now = self.life.clock.now()
            return tx.sessions.start(account, at=now, factor_at=now if fresh else None)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    life = a_life(tmp_path_factory.mktemp("access"))
    for role in RoleOfPerson:
        for unit in (FINANCE, HEALTH):
            life.person(f"{role}.{unit}".replace("_", "-"), "Người thử", (role, unit))
    life.person("somebody", "Người được quản lý")
    life.raise_alerts([an_alert("vpn")])
    some_traffic(life)
    some_registers(life)
    with life.state.write() as tx:
        command(tx, FINANCE, "own")
    life.services = replace(life.services, beats=lambda: some_beats(life), events=MemoryStore(), world=a_world())
    client = TestClient(app_of(life.services), follow_redirects=False, raise_server_exceptions=False)
    yield Province(life, client)
    life.state.close()


def values(table: Table, *, real: bool) -> dict[str, str]:
    objects = table.objects if real else dict.fromkeys(table.objects, "no-such-thing")
    return table.words | objects


def refused(answer: Response) -> bool:
    """Not let in: by status, or by being sent to the door."""
    away = ("/sign-in", "/step-up", "/lock", "/factor")
    return answer.status_code in (401, 403) or answer.headers.get("location", "").startswith(away)


def same_text(answer: Response) -> str:
    """The answer without what differs in every answer."""
    text = answer.text
    for name in ("no-such-thing", "alert-vpn", "incident-1", "ht-1", "task-own", "warning-own", "meeting-own"):
        text = text.replace(name, "")
    return REQUEST_ID.sub("", text)


def test_every_route_stands_in_the_table(province: Province) -> None:
    there = routes(province.client.app)  # type: ignore[arg-type]  # it is the application itself
    listed = {(row.method, row.path) for row in TABLE.rows}

    assert sorted(there - listed) == [], "add a line to tests/security/access.yml"
    assert sorted(listed - there) == [], "these routes are gone; drop their lines"
    assert len(listed) == len(TABLE.rows), "a route stands twice"


def test_every_name_in_a_path_has_a_value() -> None:
    known = {*TABLE.objects, *TABLE.words}
    assert {name for row in TABLE.rows for name in row.names} <= known


@pytest.mark.parametrize("row", ROWS)
def test_nobody_is_let_in_without_a_session(province: Province, row: Row) -> None:
    answer = province.ask(row, values(TABLE, real=True))

    if row.open:
        assert answer.status_code < 500
        assert "own" in row.flags or not refused(answer) or row.path == "/sign-out"
    elif row.api:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    else:
        assert (answer.status_code, refused(answer)) == (303, True)


@pytest.mark.parametrize("row", [case for case in ROWS if not case.values[0].open])  # type: ignore[union-attr]
def test_roles_are_let_in_as_the_table_says(province: Province, row: Row) -> None:
    for role in RoleOfPerson:
        if "stream" in row.flags and role in row.roles:
            continue
        answer = province.ask(row, values(TABLE, real=True), province.session(role, FINANCE, fresh=True))
        if role in row.roles:
            assert answer.status_code < 500, role
            assert "own" in row.flags or (not refused(answer) and answer.status_code != 404), (role, answer.text)
        else:
            assert answer.status_code == 403, (role, answer.text)


@pytest.mark.parametrize("row", [case for case in ROWS if set(case.values[0].names) & set(TABLE.objects)])  # type: ignore[union-attr]
def test_things_of_another_unit_answer_like_things_that_do_not_exist(province: Province, row: Row) -> None:
    for role in sorted(row.roles):
        foreign = province.ask(row, values(TABLE, real=True), province.session(role, HEALTH, fresh=True), fragment=True)
        random = province.ask(row, values(TABLE, real=False), province.session(role, HEALTH, fresh=True), fragment=True)

        assert foreign.status_code in (404, 422), role
        assert (foreign.status_code, same_text(foreign)) == (random.status_code, same_text(random)), role


@pytest.mark.parametrize("row", [case for case in ROWS if not case.values[0].open])  # type: ignore[union-attr]
@pytest.mark.parametrize("scope", KEY_SCOPES)
def test_keys_open_what_the_table_says(province: Province, row: Row, scope: str) -> None:
    if "stream" in row.flags:
        return
    with province.life.state.write() as tx:
        key = tx.keys.make("test", [scope], by="test", at=province.life.clock.now(), unit=FINANCE)
    answer = province.ask(row, values(TABLE, real=True), key=key)

    assert refused(answer) == (scope not in row.keys), answer.text


@pytest.mark.parametrize("row", [case for case in ROWS if "step-up" in case.values[0].flags])  # type: ignore[union-attr]
def test_a_stale_factor_is_asked_for_again(province: Province, row: Row) -> None:
    for role in sorted(row.roles):
        answer = province.ask(row, values(TABLE, real=True), province.session(role, FINANCE, fresh=False))

        assert answer.status_code == (403 if row.api else 303), answer.text
        assert refused(answer)
