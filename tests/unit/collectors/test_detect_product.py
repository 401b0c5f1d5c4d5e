"""Products are found by the first bytes; what is not sure is generic, and senders are remembered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.detect_product import SURE_AFTER, ProductDetector, best, generic
from collectors.registry import names
from soc.raw import RawRecord, Transport

FORTIGATE = (
    '<189>date=2026-11-22 time=10:11:12 devname="FW" devid="FG100F1" logid="0000000013" type="traffic" srcip=192.0.2.1'
)


def a_record(data: str | bytes, source: str = "s", peer: str = "192.0.2.9") -> RawRecord:
    return RawRecord("syslog", source, 0, peer, Transport.UDP, data if isinstance(data, bytes) else data.encode())


@pytest.mark.parametrize(
    "line, product",
    [
        (FORTIGATE, "fortigate"),
        ("<30>Nov 22 10:11:12 gw system,info,account user admin logged in from 10.0.0.1 via winbox", "mikrotik"),
        ("Nov 22 10:11:12 gw forward: in:ether1 out:br, proto TCP (SYN), 10.0.0.1:1->10.0.0.2:2, len 6", "mikrotik"),
        ("Nov 22 10:11:12 srv sshd[123]: Failed password for root from 203.0.113.7 port 22 ssh2", "linux"),
        ("<86>Nov 22 10:11:12 srv sudo: pam_unix(sudo:session): session opened for user root", "linux"),
        ("<4>Nov 22 10:11:12 srv kernel: [UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=192.0.2.1 DST=192.0.2.2", "netfilter"),
        ("<86>1 2026-11-22T10:11:12+07:00 srv sshd 123 - - Failed password for root", "linux"),
        ("<165>1 2026-11-22T10:11:12+07:00 srv #ILO4 - - - Browser login: admin", "syslog"),
        ("<165>Nov 22 10:11:12 srv app: Browser login: admin", "syslog"),
        ("<165>Nov 22 10:11:12 srv Browser login: admin", "syslog"),
        ("sshd[123]: Failed password for root", "linux"),
        ("<4>Nov 22 10:11:12 srv kernel: usb 1-1: new device", "linux"),
        ("<189>12: Nov 22 10:11:12: %SYS-5-CONFIG_I: Configured from console", "cisco_ios"),
        ("<166>Nov 22 2026 10:11:12: %ASA-6-302013: Built outbound TCP connection", "syslog"),
        ('192.0.2.1 - - [22/Nov/2026:10:11:12 +0700] "GET / HTTP/1.1" 200 12', "apache"),
        ('Nov 22 10:11:12 w nginx: 192.0.2.1 - - [22/Nov/2026:10:11:12 +0700] "GET / HTTP/1.1" 200 12', "nginx"),
        ("2026/11/22 10:11:12 [error] 12#12: *1 open() failed", "nginx"),
        ("[Sun Nov 22 10:11:12.123456 2026] [core:error] [pid 1] AH00126: Invalid URI", "apache"),
        ('<13>Nov 22 10:11:12 h access: - - [26/Oct/2020:17:22:26 +0800] "GET /x HTTP/1.1" 200', "syslog"),
        ('{"timestamp":"2026-11-22T10:11:12","flow_id":1,"event_type":"dns","src_ip":"10.0.0.1"}', "suricata"),
        ('<135>Nov 22 10:11:12 h suricata[5]: {"timestamp":"x","event_type":"stats","stats":{}}', "suricata"),
        ('{"@timestamp":"x","winlog":{"channel":"Security"}}', "windows"),
        ('{"EventTime":"x","EventID":4624,"Channel":"Security"}', "windows"),
        ('{"a":1}', "json"),
        ('<134>Nov 22 10:11:12 h {"a":1}', "json"),
        ("ElfChnk\0...", "windows"),
        ("<134>Nov 22 10:11:12 h CEF:0|a|b|1|2|3|4|src=10.0.0.1", "cef"),
        ("<134>Nov 22 10:11:12 h LEEF:1.0|a|b|1|2|src=10.0.0.1", "leef"),
        ("<134>Nov 22 10:11:12 h id=fw src=1 dst=2 proto=3", "kv"),
        ('<134>Nov 22 10:11:12 h <?xml version="1.0"?><a b="1" c="2" d="3" e="4"/>', "syslog"),
        ("plain words", "syslog"),
        ("", "syslog"),
    ],
)  # fmt: skip
def test_the_first_line_names_its_product(line: str, product: str) -> None:
    assert ProductDetector().product_of(a_record(line)) == product


def test_a_close_race_has_no_winner() -> None:
    scores = {"a": lambda head: 80, "b": lambda head: 70, "c": lambda head: 40}
    assert best(scores, "x") is None
    assert best({"a": lambda head: 80, "c": lambda head: 40}, "x") == "a"
    assert best({"c": lambda head: 40}, "x") is None


def test_a_sender_that_is_known_decides_over_lines_that_say_too_little() -> None:
    detector = ProductDetector()
    known = "<30>Nov 22 10:11:12 gw system,info,account user admin logged in from 10.0.0.1 via winbox"
    short = "<30>Nov 22 10:11:12 gw ether2 link is gone"
    assert detector.product_of(a_record(short)) == "syslog"
    for _ in range(SURE_AFTER):
        detector.product_of(a_record(known))
    assert detector.product_of(a_record(short)) == "mikrotik"
    assert detector.product_of(a_record(short, peer="192.0.2.10")) == "syslog"
    assert detector.product_of(a_record("<30>Nov 22 10:11:12 other ether2 link is gone")) == "syslog"


def test_one_sender_may_send_many_products() -> None:
    detector = ProductDetector()
    for _ in range(SURE_AFTER + 1):
        assert detector.product_of(a_record(FORTIGATE)) == "fortigate"
    assert detector.product_of(a_record("Nov 22 10:11:12 srv sshd[1]: Failed password for root")) == "linux"
    assert detector.product_of(a_record(FORTIGATE)) == "fortigate"


def test_a_pin_whose_parser_fails_is_dropped() -> None:
    detector = ProductDetector()
    known = a_record("<30>Nov 22 10:11:12 gw system,info user admin logged in via winbox")
    short = a_record("<30>Nov 22 10:11:12 gw ether2 link is gone")
    for _ in range(SURE_AFTER):
        detector.judge(known, detector.product_of(known), failed=False)
    for _ in range(5):
        detector.judge(short, "mikrotik", failed=True)
    assert detector.product_of(short) == "mikrotik"
    detector.judge(short, "linux", failed=True)
    detector.judge(short, "mikrotik", failed=True)
    assert detector.product_of(short) == "syslog"


def test_generic_codecs_by_their_marks() -> None:
    assert generic("a=1 b=2 c=3 d=4") == "kv"
    assert generic("a=1 b=2") == "syslog"


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_have_a_parser(data: bytes) -> None:
    assert ProductDetector({}).product_of(a_record(data)) in names()
