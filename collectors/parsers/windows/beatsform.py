"""Winlogbeat and Elastic Agent, version 7 and later (`winlog.*`) and before (everything at the top)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.parsers.windows.evtxform import leaves
from collectors.parsers.windows.winlog import Document, Winlog, keywords, level, text, word


def winlogbeat(document: Document) -> Winlog | None:
    """Version 7 and later, nested or with dotted keys."""
    log = document.get("winlog")
    if not isinstance(log, dict):
        log = _nest(document, "winlog.")
    process = log.get("process") or {}
    event = document.get("event") if isinstance(document.get("event"), dict) else _nest(document, "event.")
    return Winlog(
        channel=word(log.get("channel")),
        provider=word(log.get("provider_name")),
        number=word(log.get("event_id") or (event or {}).get("code")),
        computer=word(log.get("computer_name")),
        record_id=word(log.get("record_id")),
        time=word(document.get("@timestamp")),
        guid=word(log.get("provider_guid")),
        level=level(log.get("level") or _deep(document, "log", "level")),
        version=word(log.get("version")),
        task=word(log.get("task")),
        opcode=word(log.get("opcode")),
        keywords=keywords(log.get("keywords")),
        process=word(process.get("pid")),
        thread=word(_deep(process, "thread", "id")),
        activity=word(log.get("activity_id")),
        related_activity=word(log.get("related_activity_id")),
        user_id=word(_deep(log, "user", "identifier")),
        message=word(document.get("message")),
        data=_texts(log.get("event_data")),
        user_data=_texts(log.get("user_data")),
        extra=_agent(document),
    )


def winlogbeat_6(document: Document) -> Winlog | None:
    """Version 6 and earlier: everything at the top."""
    return Winlog(
        channel=word(document.get("log_name")),
        provider=word(document.get("source_name")),
        number=word(document.get("event_id")),
        computer=word(document.get("computer_name")),
        record_id=word(document.get("record_number")),
        time=word(document.get("@timestamp")),
        guid=word(document.get("provider_guid")),
        level=level(document.get("level")),
        version=word(document.get("version")),
        task=word(document.get("task")),
        opcode=word(document.get("opcode")),
        keywords=keywords(document.get("keywords")),
        process=word(document.get("process_id")),
        thread=word(document.get("thread_id")),
        activity=word(document.get("activity_id")),
        related_activity=word(document.get("related_activity_id")),
        user_id=word(_deep(document, "user", "identifier")),
        message=word(document.get("message")),
        data=_texts(document.get("event_data")),
        user_data=_texts(document.get("user_data")),
        extra=_agent(document),
    )


def _texts(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        return {}
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            leaves({name: value}, flat)
        else:
            flat[name] = text(value)
    return flat


def _nest(document: Document, prefix: str) -> Document:
    """Dotted keys below a prefix, opened into objects."""
    tree: Document = {}
    for key, value in document.items():
        if key.startswith(prefix):
            *parents, leaf = key[len(prefix) :].split(".")
            node = tree
            for parent in parents:
                child = node.setdefault(parent, {})
                node = child if isinstance(child, dict) else {}
            node[leaf] = value
    return tree


def _deep(document: Mapping[str, Any], *path: str) -> Any:
    value: Any = document
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if value is not None else document.get(".".join(path))


def _agent(document: Document) -> Document:
    agent = document.get("agent") or document.get("beat")
    if not isinstance(agent, dict):
        return {}
    known = {name: agent.get(name) for name in ("name", "type", "version", "id")}
    return {f"agent.{name}": value for name, value in known.items() if isinstance(value, str)}
