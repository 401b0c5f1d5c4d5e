"""400 messages of 122 products as sent on the wire: each keeps its product or is generic, and none is lost."""

from __future__ import annotations

from collections import Counter

import orjson
import pytest

from collectors.codecs.syslog import header
from collectors.detect_product import ProductDetector
from collectors.mapping.samples import CONTEXT
from collectors.registry import parser
from soc.errors import ParseError
from soc.fields.validate import validate
from soc.raw import RawRecord, Transport
from tests.corpus import corpus

GENERIC = frozenset({"cef", "leef", "kv", "json", "syslog"})

# Whose lines a parser may take: what it was written for, and those who write the very same format.
OWN = {
    "fortigate": {"fortinet_ngfw"},
    "mikrotik": {"mikrotik_routeros"},
    "cisco_ios": {"cisco_ios", "cisco_xr", "arista_eos", "cisco_cimc"},
    "suricata": {"suricata"},
    "linux": {"nix_syslog", "infoblox"},  # the second is sshd and the kernel of an appliance
    "netfilter": {"aviatrix"},  # the kernel's packet filter on an appliance
}


@pytest.fixture(scope="module")
def messages() -> list[dict[str, str]]:
    lines = (corpus("syslog-dev") / "messages.ndjson").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def a_record(message: dict[str, str]) -> RawRecord:
    return RawRecord("syslog", message["id"], 0, "192.0.2.9", Transport.UDP, message["raw"].encode())


def test_no_message_is_taken_for_another_product(messages: list[dict[str, str]]) -> None:
    wrong = []
    for message in messages:
        product = ProductDetector().product_of(a_record(message))
        if product not in GENERIC and message["vendor_product"] not in OWN.get(product, set()):
            wrong.append((product, message["id"]))
    assert wrong == []


def test_known_products_are_found_by_their_first_line(messages: list[dict[str, str]]) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for message in messages:
        found[(message["vendor_product"], ProductDetector().product_of(a_record(message)))] += 1
    assert found[("fortinet_ngfw", "fortigate")] == 5
    assert found[("mikrotik_routeros", "mikrotik")] == 1
    assert found[("cisco_ios", "cisco_ios")] >= 19
    assert found[("suricata", "suricata")] == 2


def test_every_message_gives_valid_events_and_hardly_any_fails(messages: list[dict[str, str]]) -> None:
    failed = 0
    for message in messages:
        record = a_record(message)
        try:
            for parsed in parser(ProductDetector().product_of(record)).parse(record, CONTEXT):
                assert validate(parsed.event, whole=False) == [], message["id"]
        except ParseError:
            failed += 1
    assert failed <= 2  # objects that are no JSON, as sent


def test_nine_headers_of_ten_give_their_time(messages: list[dict[str, str]]) -> None:
    timed = sum(header(message["raw"], CONTEXT).moment is not None for message in messages)
    assert timed >= 0.9 * len(messages)
