"""NXLog (`im_msvistalog`) and exports like it: header and event data side by side in one object."""

from __future__ import annotations

import re

from collectors.parsers.windows.winlog import Document, Winlog, keywords, level, one_of, text, word

_NXLOG_OWN = frozenset(
    [
        "Channel",
        "EventLog",
        "LogName",
        "EventID",
        "EventId",
        "SourceName",
        "ProviderName",
        "SystemTime",
        "RecordId",
        "EventData",
        "Source",
        "ProviderGuid",
        "Hostname",
        "Computer",
        "RecordNumber",
        "EventRecordID",
        "EventTime",
        "TimeCreated",
        "EventReceivedTime",
        "Version",
        "Task",
        "TaskValue",
        "Category",
        "Opcode",
        "OpcodeValue",
        "Keywords",
        "Level",
        "Severity",
        "SeverityValue",
        "Message",
        "ActivityID",
        "RelatedActivityID",
        "ExecutionProcessID",
        "ThreadID",
        "ExecutionThreadID",
        "SourceModuleName",
        "SourceModuleType",
        "ERROR_EVT_UNRESOLVED",
        "EventTypeOrignal",
        "@timestamp",
        "@version",
        "@metadata",
    ]
)
SYSMON = "Microsoft-Windows-Sysmon"
_EVENT_TYPE = re.compile(r"^EventType: (\w++)", re.MULTILINE | re.ASCII)
_LOGSTASH_OWN = frozenset({"host", "port", "tags", "type"})
_SEVERITIES = frozenset({"INFO", "WARNING", "ERROR", "CRITICAL", "VERBOSE", "DEBUG", "AUDIT_SUCCESS", "AUDIT_FAILURE"})


def nxlog(document: Document) -> Winlog | None:
    """`im_msvistalog` and exports like it: header and event data side by side in one object."""
    stamp = word(document.get("@timestamp"))
    found = Winlog(
        channel=word(one_of(document, "Channel", "EventLog", "LogName")),
        provider=word(one_of(document, "SourceName", "ProviderName", "Source")),
        number=word(one_of(document, "EventID", "EventId")),
        computer=word(one_of(document, "Hostname", "Computer")),
        record_id=word(one_of(document, "RecordNumber", "EventRecordID", "RecordId")),
        time=word(one_of(document, "TimeCreated", "EventTime", "SystemTime", "@timestamp")),
        near=word(document.get("UtcTime")) or stamp,
        guid=word(document.get("ProviderGuid")),
        level=level(one_of(document, "Level", "Severity")),
        version=word(document.get("Version")),
        task=word(one_of(document, "TaskValue", "Task")),
        opcode=word(one_of(document, "OpcodeValue", "Opcode")),
        keywords=keywords(document.get("Keywords")),
        process=word(document.get("ExecutionProcessID")),
        thread=word(one_of(document, "ExecutionThreadID", "ThreadID")),
        activity=word(document.get("ActivityID")),
        related_activity=word(document.get("RelatedActivityID")),
        message=word(document.get("Message")),
    )
    own = _NXLOG_OWN | _LOGSTASH_OWN if "@version" in document else _NXLOG_OWN
    found.data = {name: text(value) for name, value in document.items() if name not in own}
    if isinstance(inner := document.get("EventData"), dict):
        found.data.update((name, text(value)) for name, value in inner.items())
    elif inner is not None:
        found.data["EventData"] = text(inner)
    if found.data.get("EventType") in _SEVERITIES:
        del found.data["EventType"]
    if found.provider == SYSMON and "EventType" not in found.data and (kind := _EVENT_TYPE.search(found.message)):
        # NXLog's own EventType (INFO) hid Sysmon's; the rendered message still has it.
        found.data["EventType"] = kind[1]
    if found.channel == "Windows PowerShell" and not found.data and found.message:
        # Its data have no names, so exports keep them in the rendered message alone.
        found.data["param1"] = found.message
    if "AccountType" in document:
        _account(found)
    return found


def _account(found: Winlog) -> None:
    """The account that wrote the event is header, not data; NXLog adds it only when the event names one."""
    found.user_id = word(found.data.pop("UserID", None))
    for name, target in (("AccountName", "name"), ("Domain", "domain"), ("AccountType", "type")):
        if value := found.data.pop(name, None):
            found.extra[f"winlog.user.{target}"] = value
