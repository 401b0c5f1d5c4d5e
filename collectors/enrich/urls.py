"""Parts of a URL as it was logged, not percent-decoded: rules are written for what the server wrote."""

from __future__ import annotations

from collectors.enrich.addresses import domain, port
from soc.event import Event


def locate(event: Event, url: str) -> None:
    """`url.*` of a request target as logged."""
    event["url.original"] = url
    path = url
    if "://" in url[:12]:
        scheme, _, after = url.partition("://")
        event["url.scheme"] = scheme.lower()
        host, slash, path = after.partition("/")
        path = slash + path
        authority(event, host)
    elif not url.startswith(("/", "*")) and url.rpartition(":")[2].isdigit():
        authority(event, url)  # CONNECT host:443
        return
    path, question, query = path.partition("?")
    event["url.path"] = path or "/"
    if question:
        event["url.query"] = query
    ending = path.rpartition("/")[2].rpartition(".")
    if ending[0] and 0 < len(ending[2]) <= 16:
        event["url.extension"] = ending[2]


def authority(event: Event, text: str) -> None:
    """`user@host:port` as `url.domain` and `url.port`."""
    text = text.rpartition("@")[2]
    host, colon, number = text.rpartition(":")
    if not colon or not number.isdigit():
        host, number = text, ""
    event["url.domain"] = domain(host)
    if (value := port(number)) is not None:
        event["url.port"] = value
