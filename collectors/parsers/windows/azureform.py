"""Rows of Log Analytics tables: Event, SecurityEvent, WindowsEvent, and Sysmon for Linux in Syslog."""

from __future__ import annotations

from typing import Any

import orjson

from collectors.parsers.windows import xmlform
from collectors.parsers.windows.evtxform import named_data
from collectors.parsers.windows.winlog import Document, Winlog, keywords, level, one_of, text, word

_AZURE_OWN = frozenset(
    [
        "TenantId",
        "TimeGenerated",
        "TimeCollected",
        "SourceSystem",
        "Computer",
        "EventSourceName",
        "Source",
        "Channel",
        "EventLog",
        "Task",
        "Level",
        "EventLevel",
        "EventLevelName",
        "EventLevelName",
        "EventData",
        "EventData_dynamic",
        "EventID",
        "Activity",
        "SourceComputerId",
        "EventOriginId",
        "MG",
        "ManagementGroupName",
        "Type",
        "_ResourceId",
        "_ItemId",
        "_SubscriptionId",
        "InstanceId",
        "Correlation",
        "Opcode",
        "Keywords",
        "Version",
        "EventRecordId",
        "ParameterXml",
        "RenderedDescription",
        "Message",
        "AzureDeploymentID",
        "Role",
        "Provider",
        "RawEventData",
        "SystemUserId",
        "UserName",
    ]
)


def azure_table(document: Document) -> Winlog | None:
    """A row of a Log Analytics table; event data are XML, JSON or columns of their own."""
    data = {name: text(value) for name, value in document.items() if name not in _AZURE_OWN and value not in (None, "")}
    data.update(_azure_data(one_of(document, "EventData", "EventData_dynamic", "ParameterXml")))
    return Winlog(
        channel=word(one_of(document, "Channel", "EventLog")),
        provider=word(one_of(document, "EventSourceName", "Provider", "Source")),
        number=word(document.get("EventID")),
        computer=word(document.get("Computer")),
        record_id=word(document.get("EventRecordId")),
        time=word(document.get("TimeGenerated")),
        level=level(one_of(document, "Level", "EventLevel", "EventLevelName")),
        version=word(document.get("Version")),
        task=word(document.get("Task")),
        opcode=word(document.get("Opcode")),
        keywords=keywords(document.get("Keywords")),
        user_id=word(document.get("SystemUserId")),
        message=word(one_of(document, "RenderedDescription", "Message", "Activity")),
        data=data,
    )


def _azure_data(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        start = value.lstrip()[:1]
        if start == "<":
            return xmlform.event_data(value if not value.lstrip().startswith("<Param") else f"<Data>{value}</Data>")
        if start not in ("{", "["):
            return {}
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    return named_data(value) if value else {}


def syslog_xml(document: Document) -> Winlog | None:
    """A syslog table row whose message is an event of Sysmon for Linux."""
    found = xmlform.event(document["SyslogMessage"])
    if found is not None and not found.computer:
        found.computer = word(one_of(document, "HostName", "Computer"))
    return found
