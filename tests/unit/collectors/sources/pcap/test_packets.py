"""The process that looks inside packets: what it tells, and that nothing in a capture makes it hang or lie."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from collectors.sources.pcap import packets as module
from collectors.sources.pcap.packets import Look, look, run
from collectors.sources.pcap.source import read
from soc.errors import SourceError
from tests.unit.collectors.sources.pcap.packets import SYN, answer, ethernet, ipv4, pcap, query, tcp, udp

CLIENT, SERVER = "10.0.0.1", "192.0.2.53"
HOSTILE = b"</script><img src=x onerror=alert(1)>\x1b[2J\xff\x00"
FRAMES = [
    (1_700_000_000.5, ethernet(ipv4(CLIENT, SERVER, 17, udp(5_000, 53, query("www.example.com"))))),
    (1_700_000_000.55, ethernet(ipv4(CLIENT, "192.0.2.7", 6, tcp(5_001, 80, SYN, HOSTILE)))),
    (1_700_000_000.6, ethernet(ipv4(SERVER, CLIENT, 17, udp(53, 5_000, answer("www.example.com", "192.0.2.7"))))),
]
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / f"{'ab' * 32}.pcap"
    path.write_bytes(pcap(FRAMES))
    return path


def _flow(path: Path, place: int = 0) -> str:
    flows = [one.event for one in read(path, tshark=None) if "network.community_id" in one.event]
    return str(flows[place]["network.community_id"])


def _script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@needs_tshark
def test_the_packets_of_one_conversation_are_listed_and_one_is_taken_apart(capture: Path) -> None:
    found = look(capture, _flow(capture), chosen=2)

    assert [(one.place, one.number, one.protocol) for one in found.packets] == [(1, 1, "DNS"), (2, 3, "DNS")]
    assert "www.example.com" in found.packets[0].info
    assert found.packets[0].source == CLIENT
    assert [layer.name for layer in found.layers] == ["eth", "ip", "udp", "dns"]
    assert any(name == "dns.a" and value == "192.0.2.7" for _, name, value in found.layers[-1].lines)
    assert found.data == FRAMES[2][1]


@needs_tshark
def test_a_capture_in_gzip_and_payloads_that_attack_are_only_data(tmp_path: Path) -> None:
    path = tmp_path / "hostile.pcap"
    path.write_bytes(gzip.compress(pcap(FRAMES)))
    found = look(path, _flow(path, 1), chosen=1)

    assert len(found.packets) == 1
    assert HOSTILE in found.data


@needs_tshark
def test_a_capture_cut_short_shows_what_stands_before_and_says_so(capture: Path) -> None:
    community = _flow(capture)
    capture.write_bytes(capture.read_bytes()[:-7])
    found: Look = look(capture, community)

    assert len(found.packets) == 1
    assert found.notes[0][0] == "damage"


@needs_tshark
@pytest.mark.parametrize("bytes_", [b"", b"no capture at all", os.urandom(4_096), gzip.compress(bytes(9_000_000))])
def test_what_is_no_capture_ends_in_one_line(tmp_path: Path, bytes_: bytes) -> None:
    (tmp_path / "x.pcap").write_bytes(bytes_)

    with pytest.raises(SourceError) as caught:
        look(tmp_path / "x.pcap", "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
    assert caught.value.code in {"SOC-1365", "SOC-1366"}


@needs_tshark
def test_a_packet_that_is_not_there_is_said(capture: Path) -> None:
    with pytest.raises(SourceError) as caught:
        look(capture, _flow(capture), chosen=9)
    assert caught.value.code == "SOC-1365"


@needs_tshark
def test_a_limit_of_time_holds_for_the_real_reader(capture: Path) -> None:
    with pytest.raises(SourceError) as caught:
        look(capture, _flow(capture), seconds=0.01)
    assert caught.value.code == "SOC-1362"


def test_without_tshark_and_without_the_file_there_is_a_plain_word(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find", lambda: None)
    with pytest.raises(SourceError) as caught:
        look(capture, "1:x")
    assert caught.value.code == "SOC-1360"

    monkeypatch.setattr(module, "find", lambda: "/usr/bin/tshark")
    with pytest.raises(SourceError) as caught:
        look(capture.with_name("gone.pcap"), "1:x")
    assert caught.value.code == "SOC-1361"


def test_a_process_that_never_ends_is_killed_with_its_children(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    child = f"import os, time; open({str(noted)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    began = time.monotonic()

    with pytest.raises(SourceError) as caught, open(os.devnull) as nothing:
        run(_script(parent), nothing.fileno(), 2.0)

    assert caught.value.code == "SOC-1362"
    assert time.monotonic() - began < 5
    ended = time.monotonic() + 2
    while _alive(int(noted.read_text())) and time.monotonic() < ended:
        threading.Event().wait(0.01)
    assert not _alive(int(noted.read_text()))


@pytest.mark.parametrize(
    "text",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "print('half an answ', end='')",
        "import sys\nwhile True: sys.stdout.write('x' * 65536)",
    ],
)
def test_a_process_that_dies_or_never_stops_talking_is_an_answer(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ANSWER", 1 << 20)
    with pytest.raises(SourceError) as caught, open(os.devnull) as nothing:
        run(_script(text), nothing.fileno(), 20.0)
    assert caught.value.code == "SOC-1363"


def test_whoever_comes_while_all_readers_are_busy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(module, "_free", threading.BoundedSemaphore(1))
    module._free.acquire()
    with pytest.raises(SourceError) as caught, open(os.devnull) as nothing:
        run(_script("pass"), nothing.fileno(), 5.0)
    assert caught.value.code == "SOC-1364"


def test_the_reader_has_no_network_no_root_and_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOC_SECRET", "x")
    text = (
        "import os, resource, soc.confine as c\n"
        "c.confine(60); c.leave_root()\n"
        "assert os.geteuid() != 0 and 'SOC_SECRET' not in os.environ\n"
        "assert resource.getrlimit(resource.RLIMIT_CPU)[1] <= 60\n"
        "assert resource.getrlimit(resource.RLIMIT_AS)[1] <= c.MEMORY\n"
        "print(open('/proc/net/dev').read().count(':'))\n"
    )
    with open(os.devnull) as nothing:
        assert int(run(_script(text), nothing.fileno(), 20.0)) <= 1
