"""The operating rules as values (`operating.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from reports.wording import Text
from soc.reminder import QuietHours, ReminderKind, TaskPoints


@dataclass(frozen=True, slots=True)
class Operating:
    """`texts`: by kind, with slots."""

    quiet: QuietHours
    task: TaskPoints
    texts: Mapping[ReminderKind, Text]


@cache
def shipped() -> Operating:
    text = (files("reports") / "command" / "operating.yml").read_text("utf-8")
    return operating_of(yaml.load(text, Loader=yaml.CSafeLoader))


def operating_of(document: Mapping[str, Any]) -> Operating:
    hours = document["quiet_hours"]
    quiet = QuietHours(time.fromisoformat(hours["since"]), time.fromisoformat(hours["until"]))
    texts = {ReminderKind(kind): Text(one["vi"], one["en"]) for kind, one in document["texts"].items()}
    return Operating(quiet, TaskPoints(**document["task"]), texts)
