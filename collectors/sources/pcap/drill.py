"""The process that looks inside packets: `python -m collectors.sources.pcap.drill REQUEST`, the capture on stdin.

Its own header walk cuts the conversation out, tshark lists it (its columns: pyshark's summaries lose packets), and
pyshark takes one packet apart. One line of JSON comes out, whatever went in. The only door to pyshark.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from collectors.sources.pcap.cut import Cut, cut, write
from collectors.sources.pcap.frames import open_stream
from soc.confine import confine, die_with_parent, leave_root
from soc.errors import ParseError

PROCESSOR_SECONDS = 60
FIELDS = ("frame.number", "_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info")
TEXT = 500
MOST_LINES = 2_000
MOST_DEPTH = 12
MOST_DATA = 4_096

Line = tuple[int, str, str]


def main() -> int:
    """Always 0 with an answer; anything else is a death."""
    die_with_parent()
    asked = orjson.loads(sys.argv[1])
    import pyshark  # noqa: F401  # while its files may still be read

    confine(PROCESSOR_SECONDS)
    leave_root()
    sys.stdout.buffer.write(orjson.dumps(answer(asked, Path.home())) + b"\n")
    sys.stdout.flush()
    return 0


def answer(asked: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The conversation as rows, and the chosen packet's layers and bytes."""
    try:
        found = cut(open_stream(sys.stdin.buffer), asked["community"])
    except ParseError as error:
        return {"fault": str(error), "code": "SOC-1366"}
    chosen = asked["chosen"]
    if not found.frames or chosen > len(found.frames):
        why = "; ".join(note for note in found.notes) or "the capture holds no such packet"
        return {"fault": f"no such packet: {why}", "code": "SOC-1365"}
    path = folder / "conversation.pcapng"
    write(found, path)
    columns = listing(asked["tshark"], path)
    if len(columns) < len(found.frames):
        found.notes.append(f"partial: tshark read {len(columns)} of {len(found.frames)} packets")
    return {
        "packets": [_row(place, frame[0], frame[1], frame[4], columns) for place, frame in enumerate(found.frames, 1)],
        "notes": found.notes,
        "layers": list(layers(asked["tshark"], path, chosen)) if chosen else [],
        "data": _data(found, chosen).hex(),
    }


def listing(tshark: str, path: Path) -> dict[int, tuple[str, ...]]:
    """Place -> source, destination, protocol and what tshark says of the packet."""
    chosen = [part for name in FIELDS for part in ("-e", name)]
    command = [tshark, "-n", "-r", str(path), "-T", "ek", *chosen]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith(b'{"timestamp"'):
            row = orjson.loads(line)["layers"]
            number, *texts = (row.get(name.replace(".", "_"), [""])[0][:TEXT] for name in FIELDS)
            found[int(number)] = tuple(texts)
    return found


def layers(tshark: str, path: Path, place: int) -> Iterator[tuple[str, list[Line]]]:
    """The layers of one packet, bounded in lines and depth."""
    import pyshark  # this process only

    warnings.simplefilter("ignore")
    capture = pyshark.FileCapture(
        str(path),
        use_json=True,
        include_raw=False,
        keep_packets=False,
        display_filter=f"frame.number == {int(place)}",
        tshark_path=tshark,
    )
    left = MOST_LINES
    for packet in capture:
        for layer in packet.layers:
            # Its wrapped fields come in no order and lose their nesting: what tshark said is kept below.
            fields = layer._all_fields or getattr(layer, "value", "")
            lines = list(lines_of(fields, most=left))
            left -= len(lines)
            yield layer.layer_name[:TEXT], lines
        break
    capture.close()


def lines_of(value: Any, *, most: int) -> Iterator[Line]:
    """The first lines of a tree of fields."""
    return islice(_lines(value, 0), most)


def _lines(value: Any, depth: int, name: str = "") -> Iterator[Line]:
    """A tree of fields as indented lines."""
    if isinstance(value, list):
        for one in value:
            yield from _lines(one, depth, name)
    elif isinstance(value, dict):
        # A `_tree` stands under the field of that name, which has just been said.
        if name and not name.endswith("_tree"):
            yield depth, name[:TEXT], ""
        for key, below in value.items() if depth < MOST_DEPTH else ():
            yield from _lines(below, depth + bool(name), str(key))
    else:
        yield depth, name[:TEXT], str(value)[:TEXT]


def _row(place: int, number: int, at_ns: int, length: int, columns: dict[int, tuple[str, ...]]) -> list[Any]:
    source, destination, protocol, info = columns.get(place, ("", "", "", ""))
    return [number, at_ns, source, destination, protocol, length, info]


def _data(found: Cut, chosen: int) -> bytes:
    return found.frames[chosen - 1][3][:MOST_DATA] if chosen else b""


if __name__ == "__main__":
    sys.exit(main())
