"""Makes soc/fields/ecs.json from the npm package @elastic/ecs: `python tools/ecs_table.py [--check]`.

Needs npm and node. The table is committed, so nobody else does.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PACKAGE = "@elastic/ecs"
VERSION = "9.4.0"
FIELDS = 2_605
TABLE = Path(__file__).resolve().parent.parent / "soc" / "fields" / "ecs.json"

# The main entry, by its name in package.json: the package's `generated/` folder is stale (1,675 fields).
DUMP = "const ecs = require('@elastic/ecs'); console.log(JSON.stringify({version: ecs.EcsVersion, flat: ecs.EcsFlat}))"


def main(arguments: list[str]) -> int:
    """Writes the table, or with --check compares it; 1 when they differ."""
    text = table(fetched())
    if "--check" in arguments:
        return 0 if TABLE.read_text("utf-8") == text else 1
    TABLE.write_text(text, "utf-8")
    print(f"{TABLE.name}: {len(text):,} bytes")
    return 0


def fetched() -> dict[str, dict[str, Any]]:
    """Every field of the package's main entry; stops unless version and number are those we know."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.exit("ecs_table: npm and node are needed (Debian: apt-get install npm)")
    with tempfile.TemporaryDirectory() as folder:
        install = [npm, "install", "--silent", "--no-save", "--ignore-scripts", f"{PACKAGE}@{VERSION}"]
        subprocess.run(install, cwd=folder, check=True)
        answer = subprocess.run([node, "-e", DUMP], cwd=folder, check=True, capture_output=True)
    document = json.loads(answer.stdout)
    if document["version"] != VERSION or len(document["flat"]) != FIELDS:
        sys.exit(f"ecs_table: {document['version']} with {len(document['flat'])} fields, not {VERSION} with {FIELDS}")
    flat: dict[str, dict[str, Any]] = document["flat"]
    return flat


def table(flat: dict[str, dict[str, Any]]) -> str:
    """What we keep of each field, one line each: `type`, `[]` for arrays; patterns and closed lists apart."""
    parts = {
        "version": VERSION,
        "fields": {name: kind(entry) for name, entry in sorted(flat.items())},
        "patterns": {name: entry["pattern"] for name, entry in sorted(flat.items()) if "pattern" in entry},
        "allowed": {name: names(entry["allowed_values"]) for name, entry in sorted(flat.items()) if allowed(entry)},
        "expected": {name: entry["expected_values"] for name, entry in sorted(flat.items()) if expected(entry)},
        "types": {
            category["name"]: sorted(category["expected_event_types"])
            for category in flat["event.category"]["allowed_values"]
        },
    }
    return json.dumps(parts, indent=0, ensure_ascii=False) + "\n"


def kind(entry: dict[str, Any]) -> str:
    """ECS type, with `[]` where the field must hold a list."""
    return f"{entry['type']}[]" if "array" in entry["normalize"] else str(entry["type"])


def allowed(entry: dict[str, Any]) -> bool:
    return bool(entry.get("allowed_values"))


def expected(entry: dict[str, Any]) -> bool:
    return bool(entry.get("expected_values"))


def names(values: list[dict[str, Any]]) -> list[str]:
    return [value["name"] for value in values]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
