"""`socctl rules match` as scripts call it: the conformance traps beside the checkout, through the command itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from typer.testing import CliRunner

from socctl.commands.rules import app
from tests.corpus import reference

Line = Mapping[str, Any]
START = datetime(2026, 11, 24, 16, 59, tzinfo=UTC)


def traps() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(reference("sigma-traps-dev.yml").read_bytes(), Loader=yaml.CSafeLoader)
    return loaded


def match(folder: Path, documents: str, events: list[Line], site: Any = None) -> tuple[int, Any, str]:
    """Exit code, what was printed, messages."""
    rules, lines = folder / "rules.yml", folder / "events.ndjson"
    rules.write_text(documents, "utf-8")
    lines.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in events))
    arguments = ["match", str(rules), str(lines)]
    if site is not None:
        (folder / "site.yml").write_text(yaml.safe_dump(site), "utf-8")
        arguments += ["--placeholders", str(folder / "site.yml")]
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, orjson.loads(result.stdout) if result.stdout else None, result.stderr


def test_every_detection_trap(tmp_path: Path) -> None:
    for case in traps()["cases"]:
        rule = {"title": "R", "logsource": {"category": "test"}, "detection": case["detection"]}
        events = case.get("events", [])
        answer = match(tmp_path, yaml.safe_dump(rule), [each["event"] for each in events], case.get("placeholders"))
        if case.get("expect") == "reject":
            assert answer[:2] == (2, None), case["id"]
            assert answer[2].count("\n") == 1, case["id"]
        else:
            wanted = [index for index, each in enumerate(events) if each["match"]]
            assert answer == (0, wanted, ""), case["id"]


FORMS: dict[str, Callable[[Line], Line]] = {
    "timeline": lambda step: {"t": step["t"], "event": step["event"]},
    "t": lambda step: {**step["event"], "t": step["t"]},
    "@timestamp": lambda step: {**step["event"], "@timestamp": (START + timedelta(seconds=step["t"])).isoformat()},
    "seconds": lambda step: {**step["event"], "timestamp": START.timestamp() + step["t"]},
    "milliseconds": lambda step: {**step["event"], "@timestamp": int(START.timestamp() + step["t"]) * 1000},
    "UtcTime": lambda step: {**step["event"], "UtcTime": f"{START + timedelta(seconds=step['t']):%Y-%m-%d %H:%M:%S}"},
}
MANY = """---
title: Many
name: many
correlation: {type: event_count, rules: [base], group-by: [user], timespan: 60s, condition: {gte: 3}}
"""


@pytest.mark.parametrize("form", FORMS)
def test_every_correlation_trap_in_every_form_of_time(form: str, tmp_path: Path) -> None:
    loaded = traps()
    for case in loaded["correlation_cases"]:
        documents = loaded["correlation_base_rules"] + (MANY if case["id"] == "chained" else "")
        documents += "---\n" + yaml.safe_dump({"title": "C", "correlation": case["correlation"]})
        lines = [FORMS[form](step) for step in case["timeline"]]
        code, found, told = match(tmp_path, documents, lines)
        if case["alerts"] == "reject":
            assert (code, found, told.count("\n")) == (2, None, 1), case["id"]
            continue
        positions = {step["t"]: index for index, step in enumerate(case["timeline"])}
        wanted = [(positions[alert["at"]], alert["group"]) for alert in case["alerts"]]
        assert [(alert["index"], alert["group"]) for alert in found] == wanted, case["id"]
        if form in ("timeline", "t"):
            assert [alert["at"] for alert in found] == [alert["at"] for alert in case["alerts"]], case["id"]


def test_every_filter_trap(tmp_path: Path) -> None:
    for case in traps()["filter_cases"]:
        documents = yaml.safe_dump(case["rule"]) + "---\n" + yaml.safe_dump(case["filter"])
        wanted = [index for index, each in enumerate(case["events"]) if each["match"]]
        assert match(tmp_path, documents, [each["event"] for each in case["events"]]) == (0, wanted, ""), case["id"]
