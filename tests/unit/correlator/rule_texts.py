"""Rules for tests, written as people write them."""

from __future__ import annotations

from typing import Any

import yaml

from correlator.match_file import match_rules
from soc.errors import RuleError


def a_rule(detection: dict[str, Any], **attributes: Any) -> bytes:
    """A rule around a detection section."""
    document = {"title": "T", "logsource": {"category": "test"}, "detection": detection, **attributes}
    text: str = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    return text.encode()


def a_selection(items: Any, condition: Any = "selection", **others: Any) -> bytes:
    return a_rule({"selection": items, **others, "condition": condition})


def matches(items: Any, event: dict[str, Any], site: dict[str, Any] | None = None) -> bool:
    """Whether one selection matches one event."""
    return match_rules(a_selection(items), [event], site=site) == [0]


def refusal(rule: bytes, site: dict[str, Any] | None = None) -> str:
    """The one line with which the rule is refused; '' when it is taken."""
    try:
        match_rules(rule, [], site=site)
    except RuleError as error:
        return str(error)
    return ""


def refused(items: Any, site: dict[str, Any] | None = None) -> str:
    return refusal(a_selection(items), site)
