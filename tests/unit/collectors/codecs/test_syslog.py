"""The syslog header as RFC 5424, RFC 3164 and the vendors write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.codecs.syslog import Dialect, fields, header
from collectors.codecs.text import text_of
from collectors.parser import Context
from soc.errors import ParseError

RECEIVED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CONTEXT = Context(RECEIVED)
AT = datetime(2026, 11, 22, 3, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "line, host, program, pid, body",
    [
        ("<34>Nov 22 10:11:12 srv su: 'su root' failed", "srv", "su", "", "'su root' failed"),
        ("<13>Nov 22 10:11:12 10.0.0.1 sshd[123]: Failed password", "10.0.0.1", "sshd", "123", "Failed password"),
        ("Nov 22 10:11:12 sshd[123]: x", "", "sshd", "123", "x"),
        ("<111> Nov 22 10:11:12 fortigate date=2026 type=event", "fortigate", "", "", "date=2026 type=event"),
        ("<187>Nov 22 10:11:12 2026 srv stm[4133]: <399803> x", "srv", "stm", "4133", "<399803> x"),
        ("<187>2026 Nov 22 10:11:12 srv stm[4133]: x", "srv", "stm", "4133", "x"),
        ("2026-11-22T10:11:12+07:00 srv systemd-logind[9]: New session", "srv", "systemd-logind", "9", "New session"),
        ("<14>2026-11-22 10:11:12,000 srv app: x", "srv", "app", "", "x"),
        ("<189>123: *Nov 22 10:11:12.000: %SYS-5-CONFIG_I: Configured", "", "%SYS-5-CONFIG_I", "", "Configured"),
        ("<166>Nov 22 2026 10:11:12 fw1 : %ASA-6-302013: Built", "fw1", "%ASA-6-302013", "", "Built"),
        ("<189>: 2026 Nov 22 03:11:12 UTC: %ETHPORT-5-IF: x", "", "%ETHPORT-5-IF", "", "x"),
        ("<189>45: sw1: 000123: Nov 22 10:11:12: %LINK-3-UPDOWN: x", "sw1", "%LINK-3-UPDOWN", "", "x"),
        ("<166>sw1: Nov 22 10:11:12.000: %SYSMGR-3-X: The", "sw1", "%SYSMGR-3-X", "", "The"),
        ("<166>RP/2/RP2/CPU2:Nov 22 10:11:12 : SSHD_[65]: %SEC-6-X : User", "", "SSHD_", "65", "%SEC-6-X : User"),
        ("<134> 1795317072.000000000 mx events type=x", "mx", "", "", "events type=x"),
        ("<134>1 1795317072.000000000 mx events type=x", "mx", "", "", "events type=x"),
        ("<111>1 2026-11-22T03:11:12+00:00 a LEEF:2.0|V|P|1|E|src=1\tx y", "a", "", "", "LEEF:2.0|V|P|1|E|src=1\tx y"),
        ("<111>Nov 22 10:11:12 host CEF:0|a|b|1|2|3|4|x=y", "host", "", "", "CEF:0|a|b|1|2|3|4|x=y"),
        ("Nov 22 10:11:12 FW kernel: IN=eth0", "FW", "kernel", "", "IN=eth0"),
        ("Nov 22 10:11:12 MikroTik system,info,account user x", "MikroTik", "", "", "system,info,account user x"),
        ("Nov 22 10:11:12 system,info,account user x", "", "", "", "system,info,account user x"),
        ("22 <13>Nov 22 10:11:12 srv app: x", "srv", "app", "", "x"),
    ],
)  # fmt: skip
def test_headers_as_sent_in_life(line: str, host: str, program: str, pid: str, body: str) -> None:
    head = header(line, CONTEXT)
    assert head.moment is not None
    assert head.moment.at == AT
    assert (head.host, head.program, head.pid, head.body) == (host, program, pid, body)


@pytest.mark.parametrize(
    "line, body",
    [
        ("<189>date=2026-11-22 time=10:11:12", "date=2026-11-22 time=10:11:12"),
        ("firewall,info forward: in:ether1 out:bridge", "firewall,info forward: in:ether1 out:bridge"),
        ('{"a": 1}', '{"a": 1}'),
        ("<999>x", "<999>x"),
    ],
)
def test_what_is_no_header_is_the_body(line: str, body: str) -> None:
    head = header(line, CONTEXT)
    assert (head.dialect, head.moment, head.body) == (Dialect.BARE, None, body)


def test_rfc5424_with_escapes_in_structured_data() -> None:
    line = r'<165>1 2026-11-22T03:11:12.003Z h evntslog - ID47 [a@1 iut="3" s="A\]c\"t\\"][b] ' + "\ufeffAn entry"
    head = header(line, CONTEXT)
    assert head.dialect is Dialect.RFC5424
    assert head.data == {"a@1": {"iut": "3", "s": 'A]c"t\\'}, "b": {}}
    assert (head.host, head.program, head.pid, head.msgid, head.body) == ("h", "evntslog", "", "ID47", "An entry")
    assert head.moment is not None
    assert head.moment.status == "exact"


def test_rfc5424_without_time_or_message() -> None:
    head = header("<13>1 - h app 12 - -", CONTEXT)
    assert (head.moment, head.host, head.pid, head.body, head.data) == (None, "h", "12", "", {})


def test_cisco_says_that_its_clock_is_not_set() -> None:
    assert header("<189>1: *Nov 22 10:11:12: %A-1-B: x", CONTEXT).flags == ("clock_unsynced",)
    started = header("<166>sw1: 00:01:01: %A-1-B: x", CONTEXT)
    assert (started.host, started.program, started.moment, started.flags) == (
        "sw1",
        "%A-1-B",
        None,
        ("clock_unsynced",),
    )


def test_repeated_messages_count_for_themselves() -> None:
    assert header("Nov 22 10:11:12 h last message repeated 4 times", CONTEXT).repeat == 4
    inner = header("Nov 22 10:11:12 h sshd[1]: message repeated 3 times: [ Failed password]", CONTEXT)
    assert (inner.repeat, inner.body) == (3, "Failed password")
    assert fields(inner)["soc.repeat"] == 3


def test_the_fields_name_facility_and_severity() -> None:
    event = fields(header("<34>Nov 22 10:11:12 srv su[7]: x", CONTEXT))
    assert event["log.syslog.facility.name"] == "auth"
    assert event["log.syslog.severity.name"] == "critical"
    assert event["log.syslog.hostname"] == "srv"
    assert event["log.syslog.procid"] == "7"
    assert "log.syslog.msgid" not in event


def test_an_empty_message_is_a_bad_header() -> None:
    with pytest.raises(ParseError) as refused:
        header("  ", CONTEXT)
    assert refused.value.kind == "bad_header"


def test_text_loses_mark_and_line_end_and_keeps_strange_bytes_readable() -> None:
    assert text_of(b"\xef\xbb\xbfa\r\n\0") == "a"
    assert text_of("é".encode("utf-16")) == "é"
    assert text_of(b"a\xffb") == "a\\xffb"


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=200)
    | st.text(alphabet=st.sampled_from('<>1 23:.-[]"\\=/%*aZNov:RP\t'), max_size=80).map(str.encode)
)
def test_any_bytes_give_a_header_or_a_parse_error(data: bytes) -> None:
    try:
        head = header(text_of(data), CONTEXT)
    except ParseError:
        return
    assert isinstance(head.body, str)


@pytest.mark.parametrize("start", ["<13>1 - - - - - [a", "<13>Nov 22 10:11:12 ", "<13>"])
@pytest.mark.parametrize("unit", ["[", '"', "\\", "a ", ":", "0: ", '[a b="', "RP/"])
def test_hostile_headers_are_read_in_linear_time(start: str, unit: str) -> None:
    header(start + unit * 65_000, CONTEXT)
