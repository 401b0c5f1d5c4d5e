"""Writes the golden events of the mappings' samples: `python tools/mapping_samples.py [NAME...]`. Read the diff."""

from __future__ import annotations

import sys
from pathlib import Path

from collectors.mapping import samples
from collectors.mapping.compile import compile_mapping
from soc.errors import MappingError

MAPPINGS = Path(__file__).resolve().parent.parent / "collectors" / "mappings"


def main(names: list[str]) -> int:
    """Writes, then names what is still missing."""
    missing = 0
    for path in sorted(MAPPINGS.glob("*.yml")):
        if names and path.stem not in names:
            continue
        try:
            parser = compile_mapping(path.read_text("utf-8"), str(path))
        except MappingError as error:
            print(error)
            return 1
        samples.write(parser, path.parent / parser.plan.samples)
        for fault in samples.faults(parser, path):
            print(fault)
            missing = 1
    return missing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
