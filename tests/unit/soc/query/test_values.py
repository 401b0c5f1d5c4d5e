from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path

import duckdb
import orjson
import pytest

from soc.query.values import address_key, key_of, micros, moment, network_keys, scalars, text_of
from soc.store import duck
from tests.builders import NOON


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duck.connect(Path(tmp_path_factory.mktemp("events")), duck.READER)
    yield connection
    connection.close()


def test_numbers_have_the_text_that_duckdb_gives_them(engine: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(7)
    values = [sign * digit * 10.0**power for sign in (1, -1) for digit in (1, 1.5) for power in range(-30, 30)]
    values += [struct.unpack("d", chance.randbytes(8))[0] for _ in range(3_000)]
    values = [value for value in values if abs(value) < float("inf")]
    texts = [orjson.dumps(value).decode() for value in values]
    rows = engine.execute("SELECT x::JSON ->> '$' FROM (SELECT unnest($x::VARCHAR[]) AS x)", {"x": texts}).fetchall()
    assert [text_of(value) for value in values] == [row[0] for row in rows]


def _addresses(chance: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        yield str(IPv4Address(chance.getrandbits(32)))
        sparse = bytes(byte if chance.random() < 0.4 else 0 for byte in chance.randbytes(16))
        address = IPv6Address(sparse)
        yield chance.choice([str(address), address.exploded, f"::ffff:{IPv4Address(sparse[12:])}"])


JUNK = [
    "",
    "x",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "256.1.1.1",
    " 1.2.3.4",
    "1::2::3",
    ":1",
    "1:",
    ":::",
    "12345::1",
    "::1.2.3",
]
JUNK += ["1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1.2.3.4::", "::1.2.3.4:5", "fe80::1%eth0", "g::"]
EDGES = [
    "::",
    "::1",
    "1::",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "a:b:c:d:e:f:1.2.3.4",
    "64:ff9b::192.0.2.33",
    "1:2:3:4:5:6:1.2.3.4",
]


def test_duckdb_reads_addresses_as_python_does(engine: duckdb.DuckDBPyConnection) -> None:
    texts = [*JUNK, *EDGES, *_addresses(random.Random(3), 3_000)]
    rows = engine.execute("SELECT ip_key(x) FROM (SELECT unnest($x::VARCHAR[]) AS x)", {"x": texts}).fetchall()
    assert [(text, row[0]) for text, row in zip(texts, rows, strict=True) if row[0] != address_key(text)] == []
    assert all(address_key(text) is None for text in JUNK)
    assert None not in map(address_key, EDGES)


def test_keys_order_networks_as_python_does() -> None:
    chance = random.Random(5)
    addresses = [ip_address(text) for text in _addresses(chance, 50)]
    for _ in range(300):
        v4 = IPv4Network((chance.getrandbits(32), chance.randint(0, 32)), strict=False)
        v6 = IPv6Network((chance.getrandbits(128), chance.randint(0, 128)), strict=False)
        for network in (v4, v6):
            first, last = network_keys(network)
            same = [address for address in addresses if address.version == network.version]
            assert [address in network for address in same] == [first <= key_of(address) <= last for address in same]


def test_only_non_null_scalars_are_values() -> None:
    event = {"a": [1, None, "x", {"b": 1}, [2], False], "n": None, "m": {"x": 1}, "s": ""}
    assert scalars(event, "a") == [1, "x", False]
    assert [scalars(event, name) for name in ("n", "m", "s", "absent")] == [[], [], [""], []]


@pytest.mark.parametrize(
    "value, text", [("x", "x"), (True, "true"), (False, "false"), (3, "3"), (-0.0, "-0.0"), (1e22, "1e22")]
)
def test_scalars_have_a_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_times_are_exact_and_have_one_form() -> None:
    assert micros(datetime(2026, 11, 24, 5, 0, 0, 1, tzinfo=UTC)) - micros(NOON) == 1
    assert moment("2026-11-24T05:00:00.000000Z") == NOON
    for other in ("2026-11-24T05:00:00Z", "2026-13-24T05:00:00.000000Z", "2026-11-24T05:00:00.000+07:00", 5, None):
        assert moment(other) is None
