"""The forms in which Windows events travel as JSON, found by themselves and read into one `Winlog`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectors.parsers.windows.azureform import azure_table, syslog_xml
from collectors.parsers.windows.beatsform import winlogbeat, winlogbeat_6
from collectors.parsers.windows.evtxform import evtx_json
from collectors.parsers.windows.nxlogform import nxlog
from collectors.parsers.windows.winlog import Document, Winlog

Reader = Callable[[Document], Winlog | None]


def read(document: Document) -> Winlog | None:
    """The event of a document, None when it is no Windows event."""
    reader = shape_of(document)
    return reader(document) if reader else None


def shape_of(document: Mapping[str, Any]) -> Reader | None:
    """Which form this is; decided by a few keys."""
    if "System" in document or ("Event" in document and isinstance(document["Event"], dict)):
        return evtx_json
    if isinstance(document.get("winlog"), dict) or "winlog.channel" in document:
        return winlogbeat
    if "log_name" in document and "event_id" in document:
        return winlogbeat_6
    if "EventID" in document or "EventId" in document:
        return _table_or_nxlog(document)
    message = document.get("SyslogMessage")
    return syslog_xml if isinstance(message, str) and message.startswith("<Event>") else None


def _table_or_nxlog(document: Mapping[str, Any]) -> Reader | None:
    if "TimeGenerated" in document and (
        "EventSourceName" in document or "EventLog" in document or "Channel" in document
    ):
        return azure_table
    return nxlog if any(key in document for key in ("Channel", "SourceName", "EventLog", "LogName")) else None
