"""Event XML ([MS-EVEN6] 2.2.13, the Event schema): whole events, and `<EventData>` alone as Azure tables carry it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from collectors.parsers.windows.winlog import Winlog, keywords, level, numbered

_ELEMENT = re.compile(r"<(Channel|EventRecordID|Computer|EventID|Version|Task|Opcode)>([^<]{0,512})</")
_ATTRIBUTE = re.compile(r"<(Provider|TimeCreated|Execution|Security) (\w{1,32})=[\"']([^\"'<>]{0,512})[\"']")
_NAMED = re.compile(r"<Data Name=[\"']([^\"'<>]{1,256})[\"']>([^<]*+)(?:</Data>|\Z)")
_SYSTEM = {
    "Channel": "channel",
    "EventRecordID": "record_id",
    "Computer": "computer",
    "EventID": "number",
    "Version": "version",
    "Task": "task",
    "Opcode": "opcode",
}
_ATTRIBUTES = {
    ("Provider", "Name"): "provider",
    ("Provider", "Guid"): "guid",
    ("TimeCreated", "SystemTime"): "time",
    ("Execution", "ProcessID"): "process",
    ("Execution", "ThreadID"): "thread",
    ("Correlation", "ActivityID"): "activity",
    ("Correlation", "RelatedActivityID"): "related_activity",
    ("Security", "UserID"): "user_id",
    ("Security", "UserId"): "user_id",  # Sysmon for Linux
}


def event_data(xml: str) -> dict[str, Any]:
    """Names and values of an `<EventData>` or `<UserData>` text; {} when it is no XML."""
    root = _root(xml)
    return _data(root) if root is not None else {}


def event(xml: str) -> Winlog | None:
    """A whole `<Event>`; None when it is none."""
    root = _root(xml)
    if root is None:
        return _salvaged(xml)
    if _name(root) != "Event":
        return None
    found = Winlog()
    for part in root:
        name = _name(part)
        if name == "System":
            _system(part, found)
        elif name == "EventData":
            found.data = _data(part)
        elif name == "UserData":
            found.user_data = dict(_leaves(part))
        elif name == "RenderingInfo":
            found.message = next((child.text or "" for child in part if _name(child) == "Message"), "")
    return found if found.number or found.channel else None


def _salvaged(xml: str) -> Winlog | None:
    """What can be read of an event that was cut, or whose writer did not escape: whole elements, one by one."""
    found = Winlog(quality=["xml_repaired"])
    for name, value in _ELEMENT.findall(xml):
        if name in _SYSTEM:
            setattr(found, _SYSTEM[name], unescape(value))
    for name, key, value in _ATTRIBUTE.findall(xml):
        target = _ATTRIBUTES.get((name, key))
        if target:
            setattr(found, target, unescape(value))
    found.data = {name: unescape(value) for name, value in _NAMED.findall(xml)}
    return found if found.number and found.channel else None


def _root(xml: str) -> Element | None:
    try:
        root: Element = fromstring(xml)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return root


def _system(part: Element, found: Winlog) -> None:
    for child in part:
        name = _name(child)
        if name in _SYSTEM:
            setattr(found, _SYSTEM[name], child.text or "")
        elif name == "Level":
            found.level = level(child.text)
        elif name == "Keywords":
            found.keywords = keywords(child.text)
        for key, value in child.attrib.items():
            target = _ATTRIBUTES.get((name, key))
            if target:
                setattr(found, target, value)


def _data(part: Element) -> dict[str, Any]:
    data: dict[str, Any] = {}
    unnamed: list[str] = []
    for child in part:
        name = child.attrib.get("Name") or (_name(child) if _name(child) not in ("Data", "Param") else "")
        if name:
            data[name] = child.text or ""
        else:
            unnamed.append(child.text or "")
    if unnamed:
        numbered(data, unnamed)
    return data


def _leaves(part: Element) -> Iterator[tuple[str, Any]]:
    for child in part.iter():
        name = _name(child)
        if child is not part and len(child) == 0:
            yield name, child.text or ""
        for key, value in child.attrib.items():
            yield f"{name}_{key.rpartition('}')[2]}", value


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
