"""Real captures against the logs that Zeek writes for them, and broken ones against nothing but patience."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_ntop

import orjson
import pytest

from collectors.parser import Parsed
from collectors.sources.pcap.flows import Flow, FlowTable
from collectors.sources.pcap.frames import open_capture
from collectors.sources.pcap.source import read
from soc.fields.validate import validate
from tests.corpus import corpus

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

# Zeek counts the IP header alone where the card left the length at 0, and one test stops after the first packet.
COUNTED_OTHERWISE = ("ldap/missing_krbtgt_ldap_request.pcapng", "ldap/missing_ldap_logs.pcapng", "smtp.pcap")
# Zeek decodes percent signs in `uri`, ours stays as sent; a request without a version is none to tshark.
WRITTEN_OTHERWISE = ("http/http-filename.pcap", "http/no-version.pcap", "www-odd-url.pcap")


def _zeek() -> Path:
    return corpus("pcap-dev") / "zeek"


def _groups() -> dict[str, str]:
    groups: dict[str, str] = orjson.loads((_zeek() / "groups.json").read_bytes())
    return groups


@cache
def _events(name: str) -> list[Parsed]:
    return list(read(_zeek() / name))


def _flows(path: Path) -> list[Flow]:
    capture = open_capture(path)
    try:
        return list(FlowTable().over(capture.frames()))
    finally:
        capture.close()


def _rows(log: str) -> Iterator[tuple[str, dict[str, str]]]:
    for name in sorted(_groups()):
        path = _zeek() / f"{name}.expected" / log
        names: list[str] = []
        for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
            if line.startswith("#fields"):
                names = line.split("\t")[1:]
            elif not line.startswith(("#", "{")) and "id.orig_h" in names:
                yield name, dict(zip(names, line.split("\t"), strict=False))


def _of_client(name: str, dataset: str, row: dict[str, str]) -> Iterator[dict[str, object]]:
    for parsed in _events(name):
        event = parsed.event
        client = (event.get("source.ip"), str(event.get("source.port")))
        if event["event.dataset"] == dataset and client == (row["id.orig_h"], row["id.orig_p"]):
            yield event


def test_every_connection_of_zeek_is_a_flow_with_the_same_counts() -> None:
    wrong = []
    for name, row in _rows("conn.log"):
        ends = (row["id.orig_h"], int(row["id.orig_p"]), row["id.resp_h"], int(row["id.resp_p"]))
        flow = next((flow for flow in _flows(_zeek() / name) if _ends(flow) == ends), None)
        if flow is None:
            wrong.append((name, ends, "missing"))
        elif "orig_pkts" in row and name not in COUNTED_OTHERWISE:
            counts = [str(count) for side in (0, 1) for count in (flow.packets[side], flow.bytes[side])]
            wanted = [row[key] for key in ("orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes")]
            wrong += [(name, ends, f"{counts} for {wanted}")] if counts != wanted else []
    assert wrong == []


@needs_tshark
def test_every_dns_question_of_zeek_is_an_event() -> None:
    wrong = [
        (name, row["query"])
        for name, row in _rows("dns.log")
        if row.get("query", "-") != "-"
        and not any(
            event.get("dns.question.name") == row["query"].lower() for event in _of_client(name, "pcap.dns", row)
        )
    ]
    assert wrong == []


@needs_tshark
def test_every_http_exchange_of_zeek_is_an_event() -> None:
    wrong = []
    for name, row in _rows("http.log"):
        wanted = (row["method"], row["uri"], row["status_code"], row["user_agent"])
        made = [
            tuple(
                str(event.get(field, "-"))
                for field in (
                    "http.request.method",
                    "url.original",
                    "http.response.status_code",
                    "user_agent.original",
                )
            )
            for event in _of_client(name, "pcap.http", row)
        ]
        if name not in WRITTEN_OTHERWISE and wanted not in made:
            wrong.append((name, wanted, made))
    assert wrong == []


@needs_tshark
def test_every_server_name_of_zeek_is_an_event() -> None:
    wrong = [
        (name, row["server_name"])
        for name, row in _rows("ssl.log")
        if row.get("server_name", "-") != "-"
        and not name.startswith("rdp/")  # TLS inside a channel that this tshark does not open
        and not any(
            event.get("tls.client.server_name") == row["server_name"] for event in _of_client(name, "pcap.tls", row)
        )
    ]
    assert wrong == []


@needs_tshark
def test_malformed_captures_raise_nothing_and_keep_to_the_field_table() -> None:
    names = [name for name, group in _groups().items() if group in ("malformed", "smb", "dns")]

    events = [parsed for name in sorted(names) for parsed in _events(name)]

    assert {fault for parsed in events for fault in validate(parsed.event, whole=False)} == set()
    assert len({parsed.identity for parsed in events}) == len(events)


def test_a_capture_cut_anywhere_still_gives_its_whole_frames(tmp_path: Path) -> None:
    whole = (_zeek() / "smtp.pcap").read_bytes()
    counts = []
    for cut in range(24, len(whole), 997):
        path = tmp_path / "cut.pcap"
        path.write_bytes(whole[:cut])
        counts.append(sum(sum(flow.packets) for flow in _flows(path)))

    assert counts == sorted(counts)
    assert counts[-1] > 0


def _ends(flow: Flow) -> tuple[str, int, str, int]:
    texts = [inet_ntop(AF_INET if len(end) == 4 else AF_INET6, end) for end in (flow.source, flow.destination)]
    return texts[0], flow.source_port, texts[1], flow.destination_port
