"""What tshark's answers mean in ECS: one event for a DNS message, an HTTP exchange, a TLS hello, an SMB command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from typing import Any

from collectors.enrich.addresses import address, domain, put
from collectors.enrich.urls import locate
from collectors.sources.pcap.dissect import Answer
from collectors.sources.pcap.names import RCODES, RECORDS, SMB1, SMB2, TLS_VERSIONS, alert_name, cipher_name
from soc.event import Event

MOST_WAITING = 5_000

Dissected = tuple[str, int, int, Event]
"""Dataset, frame number, Unix time in ns, partial event."""


@dataclass(slots=True)
class Exchanges:
    """Joins what belongs together: an HTTP request with its answer, the two hellos of TLS. Bounded: what waits too
    long goes out alone."""

    _requests: dict[int, list[Dissected]] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)
    """TCP stream -> frame of its last request: an answer behind a `100 Continue` does not name its request."""
    _hellos: dict[str, Dissected] = field(default_factory=dict)

    def of(self, answer: Answer) -> Iterator[Dissected]:
        """The events that are complete with this frame."""
        if "dns_id" in answer or "dns_qry_name" in answer:
            yield self._made("pcap.dns", answer, _dns(answer))
        if "http_request_method" in answer or "http_response_code" in answer:
            yield from self._http(answer)
        if "tls_handshake_type" in answer or "tls_alert_message_desc" in answer:
            yield from self._tls(answer)
        if "smb2_cmd" in answer or "smb_cmd" in answer:
            event = _smb(answer)
            if event is not None:
                yield self._made("pcap.smb", answer, event)

    def rest(self) -> Iterator[Dissected]:
        """What still waits at the end of the capture."""
        waiting = [entry for entries in self._requests.values() for entry in entries]
        yield from sorted([*waiting, *self._hellos.values()], key=lambda entry: entry[1])
        self._requests.clear()
        self._hellos.clear()

    def _made(self, dataset: str, answer: Answer, event: Event) -> Dissected:
        number = _number(_first(answer, "frame_number"))
        return dataset, number, _nanoseconds(_first(answer, "frame_time_epoch") or "0"), event

    def _http(self, answer: Answer) -> Iterator[Dissected]:
        stream = _first(answer, "tcp_stream") or ""
        for place in range(len(answer.get("http_request_method", ()))):
            made = self._made("pcap.http", answer, _request(answer, place))
            self._requests.setdefault(made[1], []).append(made)
            self._last[stream] = made[1]
        for place in range(len(answer.get("http_response_code", ()))):
            reply = _response(answer, place)
            number = _number(_nth(answer, "http_request_in", place)) or self._last.get(stream, 0)
            waiting = self._requests.get(number)
            if not waiting:
                yield self._made("pcap.http", answer, {**_ends(answer, reply=True), **_named("http"), **reply})
                continue
            if reply["http.response.status_code"] == 100:
                continue  # the real answer follows
            request = waiting.pop(0)
            if not waiting:
                del self._requests[number]
            request[3].update(reply)
            yield request
        while len(self._requests) > MOST_WAITING:
            yield from self._requests.pop(next(iter(self._requests)))
        while len(self._last) > MOST_WAITING:
            self._last.pop(next(iter(self._last)))

    def _tls(self, answer: Answer) -> Iterator[Dissected]:
        kinds = answer.get("tls_handshake_type", [])
        stream = _first(answer, "tcp_stream") or f"udp{_first(answer, 'udp_stream')}"
        if "1" in kinds:
            hello = {**_ends(answer, reply=False), **_client_hello(answer)}
            self._hellos[stream] = self._made("pcap.tls", answer, hello)
        if "2" in kinds:
            known = self._hellos.pop(stream, None)
            server = _server_hello(answer)
            if known is None:
                yield self._made("pcap.tls", answer, {**_ends(answer, reply=True), **_named("tls"), **server})
            else:
                known[3].update(server)
                yield known
        elif "11" in kinds:
            yield self._made("pcap.tls", answer, {**_ends(answer, reply=True), **_named("tls"), **_certificate(answer)})
        if "tls_alert_message_desc" in answer:
            event = {**_ends(answer, reply=False), **_named("tls"), "event.action": "tls_alert"}
            event["event.reason"] = alert_name(answer["tls_alert_message_desc"][0])
            yield self._made("pcap.tls", answer, event)
        while len(self._hellos) > MOST_WAITING:
            yield self._hellos.pop(next(iter(self._hellos)))


def _named(protocol: str) -> Event:
    return {"event.category": ["network"], "event.type": ["protocol", "info"], "network.protocol": protocol}


def _ends(answer: Answer, *, reply: bool) -> Event:
    """Both ends, the source always the client. In a tunnel the last addresses are the inner ones."""
    event: Event = {}
    version = "ip" if "ip_src" in answer else "ipv6"
    transport = "tcp" if "tcp_srcport" in answer else "udp"
    ends = [(_last(answer, f"{version}_{side}"), _last(answer, f"{transport}_{side}port")) for side in ("src", "dst")]
    if reply:
        ends.reverse()
    for side, (text, number) in zip(("source", "destination"), ends, strict=True):
        put(event, side, text or "", number or "")
    if any(number for _, number in ends):
        event["network.transport"] = transport
    if "source.ip" in event:
        event["network.type"] = "ipv6" if ":" in event["source.ip"] else "ipv4"
    if vlan := _first(answer, "vlan_id"):
        event["network.vlan.id"] = vlan
    return event


def _dns(answer: Answer) -> Event:
    reply = _yes(_first(answer, "dns_flags_response"))
    event = {**_ends(answer, reply=reply), **_named("dns"), "dns.type": "answer" if reply else "query"}
    if number := _first(answer, "dns_id"):
        event["dns.id"] = str(_number(number))
    if name := _first(answer, "dns_qry_name"):
        event["dns.question.name"] = domain(name)
    if kind := _first(answer, "dns_qry_type"):
        event["dns.question.type"] = RECORDS.get(kind, kind)
    if reply and (code := _first(answer, "dns_flags_rcode")) is not None:
        event["dns.response_code"] = RCODES.get(code, code)
    if flags := [flag for name, flag in _DNS_FLAGS if _yes(_first(answer, f"dns_flags_{name}"))]:
        event["dns.header_flags"] = flags
    if rows := _dns_answers(answer):
        event["dns.answers"] = rows
        found = (address(row["data"]) for row in rows if row["type"] in ("A", "AAAA"))
        if resolved := [text for text in found if text is not None]:
            event["dns.resolved_ip"] = resolved
    return event


_DNS_FLAGS = (("authoritative", "AA"), ("truncated", "TC"), ("recdesired", "RD"), ("recavail", "RA"))
_DNS_DATA = {
    "1": "dns_a",
    "28": "dns_aaaa",
    "5": "dns_cname",
    "2": "dns_ns",
    "12": "dns_ptr_domain_name",
    "15": "dns_mx_mail_exchange",
    "16": "dns_txt",
    "6": "dns_soa_mname",
    "33": "dns_srv_target",
}


def _dns_answers(answer: Answer) -> list[dict[str, Any]]:
    """The records of the answer section. tshark lists each kind's data apart: they are dealt out in order."""
    count = _number(_first(answer, "dns_count_answers"))
    data = {kind: iter(answer.get(name, ())) for kind, name in _DNS_DATA.items()}
    rows = zip(answer.get("dns_resp_name", ()), answer.get("dns_resp_type", ()), strict=False)
    ttls = answer.get("dns_resp_ttl", [])
    made: list[dict[str, Any]] = []
    for place, (name, kind) in enumerate(rows):
        if place >= min(count, 100):
            break
        value = next(data[kind], None) if kind in data else None
        if value is None:
            continue
        row: dict[str, Any] = {"name": domain(name), "type": RECORDS.get(kind, kind), "data": value}
        if place < len(ttls) and ttls[place].isdigit():
            row["ttl"] = int(ttls[place])
        made.append(row)
    return made


def _request(answer: Answer, place: int) -> Event:
    event = {**_ends(answer, reply=False), **_named("http")}
    event["event.category"], event["event.type"] = ["network", "web"], ["access"]
    event["http.request.method"] = answer["http_request_method"][place]
    if url := _nth(answer, "http_request_uri", place):
        locate(event, url)
    host = _nth(answer, "http_host", place)
    if host and "url.domain" not in event:
        event["url.domain"] = domain(host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host)
    for name, target in (("http_user_agent", "user_agent.original"), ("http_referer", "http.request.referrer")):
        if value := _nth(answer, name, place):
            event[target] = value
    if (version := _nth(answer, "http_request_version", place)) and version.startswith("HTTP/"):
        event["http.version"] = version[5:]
    if (who := _nth(answer, "http_authbasic", place)) and ":" in who:
        # The name only: a password in clear is never stored.
        event["user.name"] = who.partition(":")[0]
    if forwarded := address((_nth(answer, "http_x_forwarded_for", place) or "").partition(",")[0].strip()):
        event["network.forwarded_ip"] = forwarded
    return event


def _response(answer: Answer, place: int) -> Event:
    status = _number(answer["http_response_code"][place])
    event: Event = {"event.category": ["network", "web"], "http.response.status_code": status}
    event["event.type"] = ["access", "error"] if status >= 400 else ["access"]
    event["event.outcome"] = "success" if status < 400 else "failure"
    if kind := _nth(answer, "http_content_type", place):
        event["http.response.mime_type"] = kind
    if (size := _nth(answer, "http_content_length", place)) and size.isdigit():
        event["http.response.body.bytes"] = int(size)
    for name in ("server", "location"):
        if value := _nth(answer, f"http_{name}", place):
            event[f"pcap.http.{name}"] = value
    return event


def _client_hello(answer: Answer) -> Event:
    event = _named("tls")
    event["event.action"] = "tls_hello"
    if name := _first(answer, "tls_handshake_extensions_server_name"):
        event["tls.client.server_name"] = domain(name)
    if print_ := _first(answer, "tls_handshake_ja3"):
        event["tls.client.ja3"] = print_
    if names := answer.get("tls_handshake_extensions_alpn_str"):
        event["pcap.tls.alpn"] = names
    event["tls.established"] = False
    return event


def _server_hello(answer: Answer) -> Event:
    event: Event = {"tls.established": True}
    version = _last(answer, "tls_handshake_extensions_supported_version") or _last(answer, "tls_handshake_version")
    if version in TLS_VERSIONS:
        event["tls.version_protocol"], event["tls.version"] = TLS_VERSIONS[version]
    if cipher := _last(answer, "tls_handshake_ciphersuite"):
        event["tls.cipher"] = cipher_name(cipher)
    if print_ := _first(answer, "tls_handshake_ja3s"):
        event["tls.server.ja3s"] = print_
    return {**event, **_certificate(answer)}


def _certificate(answer: Answer) -> Event:
    text = _first(answer, "tls_handshake_certificate")
    if not text:
        return {}
    try:
        packed = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        return {}
    digest = sha1(packed, usedforsecurity=False).hexdigest()
    return {"tls.server.hash.sha256": sha256(packed).hexdigest(), "tls.server.hash.sha1": digest}


def _smb(answer: Answer) -> Event | None:
    """Who connects to what, and which files are opened; reads and writes are in the flow's bytes."""
    version = "smb2" if "smb2_cmd" in answer else "smb"
    names = SMB2 if version == "smb2" else SMB1
    commands = [names[code] for code in answer[f"{version}_cmd"] if code in names]
    if not commands:
        return None
    reply = _yes(_last(answer, f"{version}_flags_response"))
    event = {**_ends(answer, reply=reply), **_named("smb"), "event.action": f"smb_{commands[0]}"}
    event["pcap.smb.commands"] = commands
    event["pcap.smb.version"] = "2" if version == "smb2" else "1"
    path = _first(answer, "smb2_filename") or _first(answer, "smb_file")
    if path:
        event["file.path"] = path
        event["file.name"] = path.replace("/", "\\").rpartition("\\")[2]
    if share := _first(answer, "smb2_tree") or _first(answer, "smb_path"):
        event["pcap.smb.share"] = share
    for target, names_of in _SMB_USERS:
        value = next((value for name in names_of if (value := _first(answer, name)) and value != "NULL"), None)
        if value:
            event[target] = value
    if reply and (status := _last(answer, f"{version}_nt_status")):
        _smb_outcome(event, commands[0], status)
    return event


_SMB_USERS = (
    ("user.name", ("ntlmssp_auth_username", "smb2_acct", "smb_account")),
    ("user.domain", ("ntlmssp_auth_domain", "smb2_domain", "smb_primary_domain")),
    ("source.domain", ("ntlmssp_auth_hostname", "smb2_host")),
)


def _smb_outcome(event: Event, command: str, status: str) -> None:
    number = _number(status)
    event["pcap.smb.status"] = f"0x{number:08x}"
    if number == 0xC000_0016:  # more processing required: the next message decides
        return
    event["event.outcome"] = "success" if number == 0 else "failure"
    if command == "session_setup":
        event["event.category"] = ["network", "authentication"]
        event["event.type"] = ["protocol", "start"]


def _first(answer: Answer, name: str) -> str | None:
    values = answer.get(name)
    return values[0] if values else None


def _last(answer: Answer, name: str) -> str | None:
    values = answer.get(name)
    return values[-1] if values else None


def _nth(answer: Answer, name: str, place: int) -> str | None:
    values = answer.get(name, ())
    return values[place] if place < len(values) else None


def _yes(text: str | None) -> bool:
    """Booleans are 1, true or True, by version."""
    return text is not None and text.lower() in ("1", "true")


def _nanoseconds(text: str) -> int:
    seconds, _, fraction = text.partition(".")
    return _number(seconds) * 1_000_000_000 + _number((fraction + "000000000")[:9])


def _number(text: str | None) -> int:
    """A number in decimal or hex; 0 where tshark wrote none."""
    try:
        return int(text or "0", 16 if text is not None and text.startswith("0x") else 10)
    except ValueError:
        return 0
