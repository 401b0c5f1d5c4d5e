"""What tshark's answers mean; the answers are written by hand, so no tshark is needed."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.sources.pcap import records as module
from collectors.sources.pcap.dissect import Answer
from collectors.sources.pcap.names import alert_name, cipher_name
from collectors.sources.pcap.records import Exchanges
from soc.event import Event
from soc.fields.validate import validate


def _answer(number: int = 1, *, reply: bool = False, udp: bool = False, **fields: Any) -> Answer:
    ends = ["10.0.0.1", "5000", "10.0.0.2", "80"]
    if reply:
        ends = ends[2:] + ends[:2]
    kind = "udp" if udp else "tcp"
    answer = {
        "frame_number": [str(number)],
        "frame_time_epoch": ["1700000000.123456789"],
        "ip_src": [ends[0]],
        f"{kind}_srcport": [ends[1]],
        "ip_dst": [ends[2]],
        f"{kind}_dstport": [ends[3]],
        f"{kind}_stream": ["0"],
    }
    return answer | {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def _events(*answers: Answer) -> list[Event]:
    exchanges = Exchanges()
    made = [entry for answer in answers for entry in exchanges.of(answer)] + list(exchanges.rest())
    events = [event for _, _, _, event in made]
    assert [fault for event in events for fault in validate(event, whole=False)] == []
    return events


def test_a_dns_answer_deals_out_its_data_by_type() -> None:
    event = _events(
        _answer(
            reply=True,
            udp=True,
            dns_id="0x002a",
            dns_flags_response="1",
            dns_flags_rcode="0",
            dns_flags_recdesired="True",
            dns_qry_name="WWW.Example.com",
            dns_qry_type="1",
            dns_count_answers="3",
            dns_resp_name=["www.example.com", "web.example.com", "web.example.com", "example.com"],
            dns_resp_type=["5", "1", "9999", "2"],
            dns_resp_ttl=["60", "x"],
            dns_cname="web.example.com",
            dns_a="192.0.2.7",
            dns_ns="ns1.example.com",
        )
    )[0]

    assert event["source.ip"] == "10.0.0.1"
    assert event["dns.id"] == "42"
    assert event["dns.question.name"] == "www.example.com"
    assert event["dns.response_code"] == "NOERROR"
    assert event["dns.header_flags"] == ["RD"]
    assert event["dns.answers"] == [
        {"name": "www.example.com", "type": "CNAME", "data": "web.example.com", "ttl": 60},
        {"name": "web.example.com", "type": "A", "data": "192.0.2.7"},
    ]
    assert event["dns.resolved_ip"] == ["192.0.2.7"]


def test_a_dns_question_has_no_result() -> None:
    event = _events(_answer(udp=True, dns_id="7", dns_qry_name="a.vn", dns_qry_type="64999", dns_flags_rcode="0"))[0]

    assert event["dns.type"] == "query"
    assert event["dns.question.type"] == "64999"
    assert "dns.response_code" not in event


def test_a_request_and_its_response_are_one_event() -> None:
    events = _events(
        _answer(
            4,
            http_request_method="POST",
            http_request_uri="/upload.php?x=1",
            http_request_version="HTTP/1.1",
            http_host="Portal.vn:8080",
            http_user_agent="curl",
            http_referer="http://y/",
            http_authbasic="an:secret",
            http_x_forwarded_for="198.51.100.7, 10.0.0.9",
        ),
        _answer(6, reply=True, http_response_code="100", http_request_in="4"),
        _answer(
            9,
            reply=True,
            http_response_code="404",
            http_content_type="text/html",
            http_content_length="12",
            http_server="nginx",
        ),
    )

    assert len(events) == 1
    assert events[0]["url.domain"] == "portal.vn"
    assert events[0]["http.response.status_code"] == 404
    assert events[0]["event.type"] == ["access", "error"]
    assert events[0]["event.outcome"] == "failure"
    assert events[0]["user.name"] == "an"
    assert events[0]["network.forwarded_ip"] == "198.51.100.7"
    assert "secret" not in str(events[0])


def test_a_response_alone_keeps_the_client_as_source() -> None:
    event = _events(_answer(reply=True, http_response_code="200", http_request_in="77"))[0]

    assert event["source.port"] == 5_000


def test_two_requests_in_one_frame_are_two_events() -> None:
    events = _events(_answer(http_request_method=["GET", "GET"], http_request_uri=["/a", "/b"]))

    assert [event["url.path"] for event in events] == ["/a", "/b"]


def test_the_two_hellos_are_one_event() -> None:
    events = _events(
        _answer(
            tls_handshake_type="1",
            tls_handshake_extensions_server_name="Example.com",
            tls_handshake_ja3="aa",
            tls_handshake_extensions_alpn_str=["h2"],
        ),
        _answer(
            2,
            reply=True,
            tls_handshake_type=["2", "11"],
            tls_handshake_version="0x0303",
            tls_handshake_extensions_supported_version="0x0304",
            tls_handshake_ciphersuite="0x1301",
            tls_handshake_ja3s="bb",
            tls_handshake_certificate="30:82",
        ),
    )

    assert len(events) == 1
    assert events[0]["tls.version"] == "1.3"
    assert events[0]["tls.cipher"] == "TLS_AES_128_GCM_SHA256"
    assert events[0]["tls.established"] is True
    assert events[0]["tls.client.server_name"] == "example.com"
    assert len(events[0]["tls.server.hash.sha256"]) == 64


def test_half_a_handshake_is_kept() -> None:
    hello = _events(_answer(tls_handshake_type="1"))[0]
    server = _events(_answer(reply=True, tls_handshake_type="2", tls_handshake_version="0x0301"))[0]
    certificate = _events(_answer(reply=True, tls_handshake_type="11", tls_handshake_certificate="zz"))[0]
    alert = _events(_answer(tls_alert_message_desc="40"))[0]

    assert hello["tls.established"] is False
    assert server["source.port"] == certificate["source.port"] == 5_000
    assert "tls.server.hash.sha256" not in certificate
    assert alert["event.reason"] == "handshake_failure"


def test_smb_says_who_opens_what() -> None:
    opened = _events(
        _answer(smb2_cmd=["5", "9"], smb2_filename="dir\\x.docx", smb2_tree="\\\\srv\\share", smb2_acct="an")
    )[0]
    refused = _events(
        _answer(
            reply=True,
            smb2_cmd="1",
            smb2_flags_response="1",
            smb2_nt_status="0xc000006d",
            ntlmssp_auth_username="root",
            ntlmssp_auth_domain="NULL",
        )
    )[0]
    waiting = _events(_answer(reply=True, smb2_cmd="1", smb2_flags_response="1", smb2_nt_status="0xc0000016"))[0]

    assert opened["file.name"] == "x.docx"
    assert opened["pcap.smb.share"] == "\\\\srv\\share"
    assert refused["event.outcome"] == "failure"
    assert refused["user.name"] == "root"
    assert "user.domain" not in refused
    assert refused["event.category"] == ["network", "authentication"]
    assert "event.outcome" not in waiting


def test_reads_and_writes_of_smb_make_no_event() -> None:
    assert _events(_answer(smb2_cmd="8"), _answer(smb_cmd="46")) == []


def test_smb_of_version_1_is_read_by_its_own_numbers() -> None:
    assert _events(_answer(smb_cmd="0x73", smb_account="an"))[0]["event.action"] == "smb_session_setup"
    assert _events(_answer(smb_cmd="115"))[0]["pcap.smb.version"] == "1"


def test_inside_a_tunnel_the_inner_addresses_count() -> None:
    answer = _answer(udp=True, dns_qry_name="x", ip_src=["10.0.0.1", "172.16.0.1"], vlan_id="7")

    event = _events(answer)[0]

    assert event["source.ip"] == "172.16.0.1"
    assert event["network.vlan.id"] == "7"


@pytest.mark.parametrize(
    "fields",
    [
        {"dns_id": "zz", "dns_count_answers": "x", "dns_resp_type": [], "dns_resp_name": []},
        {"http_response_code": "abc"},
        {"smb2_cmd": "5", "smb2_flags_response": "1", "smb2_nt_status": "x"},
        {"tls_handshake_type": "2", "tls_handshake_ciphersuite": "x"},
        {"frame_time_epoch": "x", "dns_qry_name": "a"},
        {"frame_number": "", "dns_qry_name": "a"},
    ],
)
def test_odd_answers_never_raise(fields: dict[str, Any]) -> None:
    exchanges = Exchanges()

    assert len([*exchanges.of(_answer(**fields)), *exchanges.rest()]) == 1


def test_what_waits_has_a_bound() -> None:
    limit, module.MOST_WAITING = module.MOST_WAITING, 3
    try:
        exchanges = Exchanges()
        early = [
            entry
            for number in range(10)
            for entry in exchanges.of(
                _answer(number, http_request_method="GET", tls_handshake_type="1", tcp_stream=str(number))
            )
        ]
    finally:
        module.MOST_WAITING = limit

    assert len(early) == 14
    assert len(list(exchanges.rest())) == 6


def test_unknown_numbers_stay_numbers() -> None:
    assert cipher_name("0xfefe") == "0xfefe"
    assert cipher_name("x") == "x"
    assert alert_name("254") == "254"
