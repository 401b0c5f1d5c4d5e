"""Snare for Windows (also NXLog's `to_syslog_snare`): columns between tabs, the event's data only in its rendered text.

Document: Snare Enterprise Agent for Windows, appendix "Event output format". English texts are read; of others the
columns alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectors.parsers.windows.winlog import AUDIT_FAILURE, AUDIT_SUCCESS, Winlog, level
from collectors.times import MONTHS

MARK = "MSWinEventLog"
COLUMNS = 14

_GAP = re.compile(r"\s{2,}|\t")
_LABEL = re.compile(r"(?P<label>[A-Z][\w /-]{1,48}):(?: (?P<value>.*))?")
_WHO = {"Security ID": "Sid", "Account Name": "Name", "Account Domain": "DomainName"}
_SIDES = {"Subject": "Subject", "Member": "Member"}
_NAMES = {
    "Logon Type": "LogonType",
    "Workstation Name": "WorkstationName",
    "Source Workstation": "Workstation",
    "Source Network Address": "IpAddress",
    "Client Address": "IpAddress",
    "Source Address": "SourceAddress",
    "Destination Address": "DestAddress",
    "Destination Port": "DestPort",
    "Source Port": "IpPort",
    "Client Port": "IpPort",
    "Status": "Status",
    "Sub Status": "SubStatus",
    "Caller Process ID": "ProcessId",
    "Caller Process Name": "ProcessName",
    "Process Name": "ProcessName",
    "Process ID": "ProcessId",
    "New Process ID": "NewProcessId",
    "New Process Name": "NewProcessName",
    "Process Command Line": "CommandLine",
    "Creator Process Name": "ParentProcessName",
    "Group Name": "TargetUserName",
    "Group Domain": "TargetDomainName",
    "Logon Account": "TargetUserName",
    "Service Name": "ServiceName",
    "Service File Name": "ImagePath",
    "Share Name": "ShareName",
    "Task Name": "TaskName",
    "Object Name": "ObjectName",
}


def snare(text: str) -> Winlog | None:
    """The event of one line; None when the columns are not there."""
    start = text.find(MARK)
    cells = text[start:].replace("#011", "\t").split("\t") if start >= 0 else []
    if len(cells) < COLUMNS or not cells[5].isdigit():
        return None
    audit = {"Failure Audit": AUDIT_FAILURE, "Success Audit": AUDIT_SUCCESS}.get(cells[9], 0)
    found = Winlog(
        channel=cells[2],
        time=_iso(cells[4]),
        number=cells[5],
        provider=cells[6],
        computer=cells[10],
        level=level(cells[9]),
        keywords=hex(audit) if audit else "",
        message=cells[13],
        record_id=cells[14].strip() if len(cells) > COLUMNS and cells[14].strip().isdigit() else "",
    )
    found.data = dict(_pairs(cells[13]))
    return found


def _iso(stamp: str) -> str:
    """`Tue Nov 24 09:15:02 2026`, local time, as ISO writes it; another form stays what it is."""
    parts = stamp.split()
    month = MONTHS.get(parts[1].lower()) if len(parts) == 5 else None
    return stamp if month is None else f"{parts[4]}-{month:02}-{parts[2]:0>2}T{parts[3]}"


def _pairs(message: str) -> Iterator[tuple[str, str]]:
    """Names of event data with their values; a label without a value opens a section that says whose they are."""
    section, label = "", ""
    for token in _GAP.split(message[:16_384]):
        found = _LABEL.fullmatch(token)
        if found is None:
            if label:
                yield from _named(section, label, token)
            label = ""
            continue
        if label:
            section = label
        label = found["label"]
        if found["value"]:
            yield from _named(section, label, found["value"])
            label = ""


def _named(section: str, label: str, value: str) -> Iterator[tuple[str, str]]:
    value = value.strip()
    side = _SIDES.get(section, "Target")
    if label in _WHO:
        part = _WHO[label]
        if side == "Member":
            yield (f"Member{part}", value)
        elif section != "Group" or part == "Sid":
            # The SID of who is acted on is TargetSid in nearly every event.
            bare = part == "DomainName" or (side, part) == ("Target", "Sid")
            yield (f"{side}{'' if bare else 'User'}{part}", value)
    elif label == "Logon ID":
        yield (f"{side}LogonId", value)
    elif label in _NAMES:
        yield (_NAMES[label], value)
