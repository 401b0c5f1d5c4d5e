"""What the parts of an EVE record mean in ECS: one table of plain fields, and a function for each part with a shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from collectors.enrich.addresses import address, domain, mac
from collectors.enrich.urls import locate
from soc.event import Event, timestamp

Keys = dict[str, Any]
Convert = Callable[[Any], Any]


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "" else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 62 else None


def _lower(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and value else None


def _name(value: Any) -> str | None:
    return domain(value) if isinstance(value, str) and value else None


def _leaf(value: Any) -> str | None:
    """The last part of a path, the whole where that is empty."""
    return value.rpartition("/")[2] or value if isinstance(value, str) and value else None


def _mac(value: Any) -> str | None:
    return mac(value) if isinstance(value, str) else None


def _digest(value: Any) -> str | None:
    return value.replace(":", "").lower() if isinstance(value, str) and value else None


def _list(value: Any) -> list[str] | None:
    values = value if isinstance(value, list) else [value]
    return [entry for entry in values if isinstance(entry, str)] or None


def _time(value: Any) -> str | None:
    """EVE's own form: 2026-11-24T11:59:58.123456+0700."""
    try:
        at = datetime.fromisoformat(value)
        return timestamp(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError):
        return None


FIELDS: dict[str, tuple[str, Convert]] = {
    "network.community_id": ("community_id", _text),
    "network.protocol": ("app_proto", lambda value: None if value == "failed" else _lower(value)),
    "observer.name": ("host", _name),
    "observer.ingress.interface.name": ("in_iface", _text),
    "source.mac": ("ether.src_mac", _mac),
    "destination.mac": ("ether.dest_mac", _mac),
    "rule.id": ("alert.signature_id", _text),
    "rule.name": ("alert.signature", _text),
    "rule.category": ("alert.category", _text),
    "rule.version": ("alert.rev", _text),
    "event.severity": ("alert.severity", _count),
    "event.action": ("alert.action", _text),
    "threat.technique.id": ("alert.metadata.mitre_technique_id", _list),
    "http.request.method": ("http.http_method", _text),
    "http.request.referrer": ("http.http_refer", _text),
    "http.response.status_code": ("http.status", _count),
    "http.response.body.bytes": ("http.length", _count),
    "http.response.mime_type": ("http.http_content_type", _text),
    "user_agent.original": ("http.http_user_agent", _text),
    "url.domain": ("http.hostname", _name),
    "url.port": ("http.http_port", _count),
    "tls.client.server_name": ("tls.sni", _name),
    "tls.client.ja3": ("tls.ja3.hash", _text),
    "tls.server.ja3s": ("tls.ja3s.hash", _text),
    "tls.server.subject": ("tls.subject", _text),
    "tls.server.issuer": ("tls.issuerdn", _text),
    "tls.server.hash.sha1": ("tls.fingerprint", _digest),
    "tls.server.not_before": ("tls.notbefore", _time),
    "tls.server.not_after": ("tls.notafter", _time),
    "file.name": ("fileinfo.filename", _leaf),
    "file.size": ("fileinfo.size", _count),
    "file.hash.md5": ("fileinfo.md5", _digest),
    "file.hash.sha1": ("fileinfo.sha1", _digest),
    "file.hash.sha256": ("fileinfo.sha256", _digest),
    "file.path": ("smb.filename", _text),
    "source.packets": ("flow.pkts_toserver", _count),
    "destination.packets": ("flow.pkts_toclient", _count),
    "source.bytes": ("flow.bytes_toserver", _count),
    "destination.bytes": ("flow.bytes_toclient", _count),
    "event.start": ("flow.start", _time),
    "event.end": ("flow.end", _time),
    "event.reason": ("flow.reason", _text),
    "network.bytes": ("netflow.bytes", _count),
    "network.packets": ("netflow.pkts", _count),
    "email.from.address": ("email.from", _list),
    "email.to.address": ("email.to", _list),
    "email.subject": ("email.subject", _text),
}
"""ECS field -> (key of the record, how its value is made)."""


MORE: tuple[tuple[str, str, Convert], ...] = (
    ("user.name", "smb.ntlmssp.user", _text),
    ("user.domain", "smb.ntlmssp.domain", _text),
    ("user.name", "krb5.cname", lambda value: None if value == "<empty>" else _text(value)),
    ("user.domain", "krb5.realm", lambda value: None if value == "<empty>" else _text(value)),
    ("user.name", "rdp.cookie", _text),
    ("user.name", "mqtt.connect.username", _text),
    ("user.name", "pgsql.request.startup_parameters.user", _text),
    ("tls.client.server_name", "quic.sni", _name),
    ("file.name", "tftp.file", _leaf),
    ("file.name", "nfs.filename", _leaf),
    ("source.mac", "dhcp.client_mac", _mac),
    ("source.domain", "dhcp.hostname", _name),
    ("email.from.address", "smtp.mail_from", lambda value: _list(value.strip("<>")) if _text(value) else None),
    ("email.to.address", "smtp.rcpt_to", lambda value: [entry.strip("<>") for entry in _list(value) or ()] or None),
)
"""The same for fields that several protocols fill, in the order of their worth."""


def _more(event: Event, keys: Keys) -> None:
    for field, source, convert in MORE:
        value = keys.get(source)
        if value is not None and field not in event and (made := convert(value)) is not None:
            event[field] = made
    if keys.get("ftp.command") == "USER" and (name := _text(keys.get("ftp.command_data"))) is not None:
        event["user.name"] = name


def _network(event: Event, keys: Keys) -> None:
    protocol = keys.get("proto")
    if isinstance(protocol, str):
        event["network.transport"] = protocol.lower()
    vlan = keys.get("vlan")
    if isinstance(vlan, list) and vlan and isinstance(vlan[0], int):
        event["network.vlan.id"] = str(vlan[0])
    source = event.get("source.ip")
    if source is not None:
        event["network.type"] = "ipv6" if ":" in source else "ipv4"
    if "network.protocol" not in event and keys["event_type"] in _APPLICATIONS:
        event["network.protocol"] = keys["event_type"]


def _http(event: Event, keys: Keys) -> None:
    version = keys.get("http.protocol")
    if isinstance(version, str) and version.startswith("HTTP/"):
        event["http.version"] = version[5:]
    url = keys.get("http.url")
    if isinstance(url, str) and url:
        host = event.get("url.domain")
        locate(event, url)
        if host:
            event["url.domain"] = host


def _tls(event: Event, keys: Keys) -> None:
    version = keys.get("tls.version")
    if isinstance(version, str) and version.upper().startswith(("TLS", "SSL")):
        event["tls.version_protocol"] = version[:3].lower()
        if number := version[3:].lstrip("Vv ").strip():
            event["tls.version"] = number
    if isinstance(keys.get("tls.session_resumed"), bool):
        event["tls.resumed"] = keys["tls.session_resumed"]


def _dns(event: Event, keys: Keys) -> None:
    """Three layouts: one answer an event (4), `answers` beside `rrname` (5-7), `queries` and `answers` (8).
    In alerts of version 7 the question is the first of the list `dns.query`."""
    if not any(key.startswith("dns.") for key in keys):
        return
    question = _first(keys.get("dns.queries")) or _first(keys.get("dns.query")) or {}
    name = question.get("rrname", keys.get("dns.rrname", keys.get("dns.answer.rrname")))
    if isinstance(name, str):
        event["dns.question.name"] = domain(name)
    kind = question.get("rrtype", keys.get("dns.rrtype", keys.get("dns.answer.rrtype")))
    if isinstance(kind, str):
        event["dns.question.type"] = kind
    word = keys.get("dns.type", question.get("type"))
    if isinstance(word, str):
        event["dns.type"] = "query" if word in ("query", "request") else "answer"
    if (number := _text(keys.get("dns.id", question.get("id")))) is not None:
        event["dns.id"] = number
    if isinstance(code := keys.get("dns.rcode", keys.get("dns.answer.rcode")), str):
        event["dns.response_code"] = code
    _answers(event, keys)


def _answers(event: Event, keys: Keys) -> None:
    rows = keys.get("dns.answers") or keys.get("dns.answer.answers") or []
    if not rows and "dns.rdata" in keys:
        rows = [{part: keys.get(f"dns.{part}") for part in ("rrname", "rrtype", "ttl", "rdata")}]
    answers = [_answer(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    answers = [answer for answer in answers if "data" in answer]
    if answers:
        event["dns.answers"] = answers
        found = (address(answer["data"]) for answer in answers)
        if resolved := [text for text in found if text is not None]:
            event["dns.resolved_ip"] = resolved


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for field, key in (("name", "rrname"), ("type", "rrtype"), ("data", "rdata")):
        if isinstance(row.get(key), str):
            answer[field] = row[key]
    if (ttl := _count(row.get("ttl"))) is not None:
        answer["ttl"] = ttl
    return answer


def _files(event: Event, keys: Keys) -> None:
    """The first of the files beside an alert."""
    file = _first(keys.get("files")) or {}
    for field, key, convert in (
        ("file.name", "filename", _leaf),
        ("file.size", "size", _count),
        ("file.hash.sha256", "sha256", _digest),
    ):
        if (value := convert(file.get(key))) is not None:
            event.setdefault(field, value)


def _flow(event: Event, keys: Keys) -> None:
    for name in ("bytes", "packets"):
        sides = event.get(f"source.{name}"), event.get(f"destination.{name}")
        if sides[0] is not None and sides[1] is not None:
            event[f"network.{name}"] = sides[0] + sides[1]
    if "event.start" in event and "event.end" in event:
        start, end = (datetime.fromisoformat(event[f"event.{edge}"]) for edge in ("start", "end"))
        if end >= start:
            event["event.duration"] = int((end - start).total_seconds() * 1_000_000) * 1_000


PARTS: tuple[Callable[[Event, Keys], None], ...] = (_more, _network, _http, _tls, _dns, _files, _flow)

_APPLICATIONS = frozenset(
    (
        "dns",
        "http",
        "tls",
        "ssh",
        "smb",
        "smtp",
        "ftp",
        "krb5",
        "dhcp",
        "rdp",
        "nfs",
        "snmp",
        "tftp",
        "ike",
        "mqtt",
        "quic",
    )
)
_METRICS = frozenset({"stats"})
_FLOWS = frozenset({"flow", "netflow"})


def kinds_of(event: Event, keys: Keys) -> None:
    """Kind, category, type and outcome by the type of the record."""
    kind = keys["event_type"]
    if kind in _METRICS:
        event["event.kind"] = "metric"
        event["event.category"], event["event.type"] = [], []
        return
    event["event.category"], event["event.type"] = ["network"], ["protocol", "info"]
    if kind == "alert":
        _alert(event, keys)
    elif kind in _FLOWS:
        event["event.type"] = ["connection"]
    elif kind == "drop":
        event["event.type"] = ["connection", "denied"]
        event["event.outcome"] = "success"
    elif kind == "http":
        _web(event)
    elif kind == "fileinfo":
        event["event.category"], event["event.type"] = ["network", "file"], ["info"]
    elif kind == "anomaly" or kind not in _APPLICATIONS:
        event["event.type"] = ["info"]


def _alert(event: Event, keys: Keys) -> None:
    event["event.kind"] = "alert"
    event["event.category"] = ["intrusion_detection", "network"]
    action = keys.get("verdict.action") or keys.get("alert.action")
    denied = action in ("blocked", "drop", "reject")
    event["event.type"] = ["info", "denied" if denied else "allowed"]
    if isinstance(keys.get("alert.signature"), str):
        event["message"] = keys["alert.signature"]


def _web(event: Event) -> None:
    event["event.category"] = ["network", "web"]
    event["event.type"] = ["access"]
    status = event.get("http.response.status_code")
    if status is not None:
        event["event.outcome"] = "success" if status < 400 else "failure"
        if status >= 400:
            event["event.type"].append("error")


def _first(value: Any) -> dict[str, Any] | None:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else None
