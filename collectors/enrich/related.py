"""`related.*`: every address, user, host and hash of an event, so that one search finds it by any of them."""

from __future__ import annotations

from collections import defaultdict

from soc.event import Event

AT_MOST = 50

_PARTIES = ("source", "destination", "client", "server")
_IP = ["host.ip", "dns.resolved_ip", "network.forwarded_ip"]
_IP += [f"{party}.{leaf}" for party in _PARTIES for leaf in ("ip", "nat.ip")]
_USER = ["user.name", "user.target.name", "user.effective.name", "user.changes.name", "process.user.name"]
_USER += [f"{party}.user.name" for party in _PARTIES] + ["host.user.name"]
_HOSTS = ["host.name", "host.hostname", "url.domain", "dns.question.name", "tls.client.server_name"]
_HOSTS += [f"{party}.domain" for party in _PARTIES]
_HASH = [
    f"{thing}.hash.{kind}"
    for thing in ("file", "process", "process.parent", "dll", "tls.client", "tls.server")
    for kind in ("md5", "sha1", "sha256", "sha384", "sha512", "ssdeep", "tlsh")
]
_HASH += [f"{thing}.pe.imphash" for thing in ("file", "process", "dll")]

_LISTS = ("related.ip", "related.hosts", "related.user", "related.hash")
_KIND = dict.fromkeys(_IP, "related.ip")
_KIND |= dict.fromkeys(_USER, "related.user")
_KIND |= dict.fromkeys(_HOSTS, "related.hosts")
_KIND |= dict.fromkeys(_HASH, "related.hash")


def relate(event: Event) -> None:
    """Adds the lists, distinct and sorted; what a sender listed already stays in."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in _KIND.keys() & event.keys():
        value = event[name]
        if isinstance(value, str):
            if value:
                found[_KIND[name]].add(value)
        elif isinstance(value, list):
            found[_KIND[name]].update(entry for entry in value if isinstance(entry, str) and entry)
    # Sets have no order from one process to the next, and the same line must give the same bytes.
    for name in _LISTS:
        if name not in found:
            continue
        values = found[name]
        sent = event.get(name)
        if isinstance(sent, list):
            values.update(entry for entry in sent if isinstance(entry, str))
        event[name] = sorted(values)[:AT_MOST]
