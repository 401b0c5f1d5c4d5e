"""tshark as a child: one fixed list of fields, hard limits, one answer a frame that says something.

`-n`: no look-ups. EK `timestamp` is cut to ms, so `frame.time_epoch` is asked for. One unknown field makes tshark
exit with nothing, so the list is checked once against `tshark -G fields`.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import orjson

Answer = dict[str, list[str]]
"""Field (dots as `_`) -> its values, all of them text."""

FRAME = (
    "frame.number frame.time_epoch ip.src ip.dst ipv6.src ipv6.dst tcp.srcport tcp.dstport udp.srcport udp.dstport "
    "tcp.stream udp.stream vlan.id"
)
DNS = (
    "dns.id dns.flags.response dns.flags.opcode dns.flags.rcode dns.flags.authoritative dns.flags.truncated "
    "dns.flags.recdesired dns.flags.recavail dns.qry.name dns.qry.type dns.qry.class dns.count.answers dns.resp.name "
    "dns.resp.type dns.resp.ttl dns.a dns.aaaa dns.cname dns.ns dns.ptr.domain_name dns.mx.mail_exchange dns.txt "
    "dns.soa.mname dns.srv.target"
)
HTTP = (
    "http.request.method http.request.uri http.request.version http.host http.user_agent http.referer "
    "http.x_forwarded_for http.authbasic http.response.code http.response.phrase http.response.version http.server "
    "http.location http.content_type http.content_length http.request_in http.response_for.uri"
)
TLS = (
    "tls.handshake.type tls.handshake.version tls.handshake.extensions.supported_version tls.handshake.ciphersuite "
    "tls.handshake.extensions_server_name tls.handshake.extensions_alpn_str tls.handshake.ja3 tls.handshake.ja3s "
    "tls.handshake.certificate tls.alert_message.desc"
)
SMB = (
    "smb.cmd smb.flags.response smb.nt_status smb.file smb.path smb.account smb.primary_domain smb2.cmd "
    "smb2.flags.response smb2.nt_status smb2.filename smb2.tree smb2.acct smb2.domain smb2.host "
    "ntlmssp.auth.username ntlmssp.auth.domain ntlmssp.auth.hostname"
)
FIELDS = tuple(" ".join((FRAME, DNS, HTTP, TLS, SMB)).split())
FILTER = (
    "dns || mdns || llmnr || http.request || http.response || tls.handshake.type == 1 || tls.handshake.type == 2 "
    "|| tls.handshake.type == 11 || tls.alert_message || smb || smb2"
)

LONGEST_LINE = 4 << 20
_STDERR = 4_096


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use."""

    seconds: int = 900
    processor_seconds: int = 600
    memory: int = 2 << 30
    file_bytes: int = 1 << 30


@dataclass(slots=True)
class Dissection:
    """One run of tshark; `notes` is complete when `answers` is at its end."""

    path: Path
    program: str
    limits: Limits = field(default_factory=Limits)
    notes: list[str] = field(default_factory=list)

    def answers(self) -> Iterator[Answer]:
        """The frames that carry DNS, HTTP, TLS or SMB, in order."""
        with tempfile.TemporaryDirectory(prefix="soc-tshark-") as home, tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                # Nobody's preferences, plug-ins or name tables: the same answers on every machine.
                env={"PATH": os.defpath, "HOME": home, "XDG_CONFIG_HOME": home, "LC_ALL": "C.UTF-8"},
                cwd=home,
            )
            _limit(child.pid, self.limits)
            timer = threading.Timer(self.limits.seconds, child.kill)
            timer.daemon = True
            timer.start()
            try:
                yield from self._read(child)
            finally:
                timer.cancel()
                child.kill()
                child.wait()
                if child.stdout is not None:
                    child.stdout.close()
            errors.seek(0)
            self._verdict(child.returncode, errors.read(_STDERR).decode(errors="replace"))

    def _command(self) -> list[str]:
        fields = _valid_fields(self.program)
        if missing := [name for name in FIELDS if name not in fields]:
            self.notes.append(f"this tshark does not know {', '.join(missing)}: left out")
        chosen = [part for name in FIELDS if name in fields for part in ("-e", name)]
        # -M resets what tshark remembers, so its memory stays level over a long capture.
        # A body that never ends must not hide the status line before it.
        settings = ["-M", "50000", "-o", "http.desegment_body:FALSE"]
        return [self.program, "-n", *settings, "-r", str(self.path), "-Y", FILTER, "-T", "ek", *chosen]

    def _read(self, child: subprocess.Popen[bytes]) -> Iterator[Answer]:
        assert child.stdout is not None
        while line := child.stdout.readline(LONGEST_LINE):
            if not line.startswith(b'{"timestamp"'):
                continue
            try:
                layers = orjson.loads(line)["layers"]
            except (orjson.JSONDecodeError, KeyError, TypeError):
                self.notes.append("a line of tshark could not be read: left out")
                continue
            if isinstance(layers, dict):
                yield {name: _texts(values) for name, values in layers.items()}
        child.wait(timeout=30)

    def _verdict(self, code: int, errors: str) -> None:
        # Debian's tshark greets root on stderr, which says nothing about the capture.
        said = " ".join(line for line in errors.splitlines() if line and not line.startswith("Running as user"))
        if code < 0:
            self.notes.append(f"tshark was stopped by signal {-code} at its limits: later frames have flows only")
        elif code:
            self.notes.append(f"tshark ended with {code}: {said[:300]}")


def find() -> str | None:
    """The path of tshark, None when it is not installed."""
    return shutil.which("tshark")


@lru_cache(maxsize=4)
def _valid_fields(program: str) -> frozenset[str]:
    """Which of our fields this tshark knows."""
    listing = subprocess.run(
        [program, "-G", "fields"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    ).stdout
    known = {row.split(b"\t", 3)[2] for row in listing.splitlines() if row.startswith(b"F\t")}
    return frozenset(name for name in FIELDS if name.encode() in known)


def _limit(pid: int, limits: Limits) -> None:
    """Set from outside: code between fork and exec is not safe in a process with threads."""
    try:
        resource.prlimit(pid, resource.RLIMIT_CPU, (limits.processor_seconds, limits.processor_seconds))
        resource.prlimit(pid, resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except ProcessLookupError:
        pass  # it ended already


def _texts(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else [str(values)]
