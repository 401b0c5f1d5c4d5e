"""The live names that shells complete: rule ids, sources, fields, units. A small file, so that no Python starts for a
Tab; the completion script lets `socctl names` write it again when it is older than a minute.

Form: one `kind name` a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from soc.access import SYSTEM
from soc.state.store import Tx
from soc.unit import UnitTree
from socctl import wiring
from socctl.wiring import Site

_ID = re.compile(rb"^id:[ \t]*([0-9A-Za-z_.-]{1,80})", re.MULTILINE)
_NAME = re.compile(r"[0-9A-Za-z_.@-]{1,120}")
HEAD = 8_192


def refresh(place: Site) -> Path:
    """Writes the file in one step; answers where it is."""
    opened = wiring.state(place)
    try:
        tree = wiring.units(opened)
        with opened.read() as tx:
            names = [*_of_state(tx, place), *_of_units(tree)]
    finally:
        opened.close()
    names += [("rule", found) for found in _rules(wiring.rule_paths(place))]
    path = place.data.names
    work = path.with_suffix(".tmp")
    # Only plain signs: what stands here ends up in a shell.
    lines = sorted({f"{kind} {name}" for kind, name in names if _NAME.fullmatch(name)})
    work.write_text("\n".join(lines) + "\n", "utf-8")
    work.replace(path)
    return path


def _of_state(tx: Tx, place: Site) -> Iterator[tuple[str, str]]:
    for source in tx.sources.all(SYSTEM):
        yield "source", source.id
    day = place.clock.now().date().replace(day=1)
    for route in tx.watch.routes(day, SYSTEM):
        for field in route.fields:
            yield "field", field


def _of_units(tree: UnitTree) -> Iterator[tuple[str, str]]:
    for unit in tree.units:
        yield "unit", unit


def _rules(paths: list[Path]) -> Iterator[str]:
    """Ids by a look at the head of each file: loading the pack would take seconds."""
    for folder in paths:
        files = [folder] if folder.is_file() else sorted(folder.rglob("*.yml"))
        for path in files:
            with path.open("rb") as file:
                found = _ID.search(file.read(HEAD))
            if found:
                yield found[1].decode("ascii")
