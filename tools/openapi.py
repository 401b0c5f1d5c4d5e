"""The contract of the REST API: `python -m tools.openapi` writes docs/openapi.json; a test compares it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dashboards.app import create_app
from dashboards.services import Services

TARGET = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def schema() -> dict[str, Any]:
    """As the application serves it, without the version, which changes at every release."""
    # Describing the routes asks no service; answering them does.
    found = create_app(cast(Services, SimpleNamespace(events=None))).openapi()
    return found | {"info": {name: value for name, value in found["info"].items() if name != "version"}}


def text() -> str:
    return json.dumps(schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
