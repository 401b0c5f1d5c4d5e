"""EVTX as JSON: what evtx_dump prints, and the crate that reads EVTX files."""

from __future__ import annotations

from typing import Any

from collectors.parsers.windows.winlog import Document, Winlog, keywords, numbered, text, word


def evtx_json(document: Document) -> Winlog | None:
    """`{"Event": {"System": ..., "EventData": ...}}`, attributes under `#attributes`, text beside them `#text`."""
    event = document["Event"] if isinstance(document.get("Event"), dict) else document
    system = event.get("System")
    if not isinstance(system, dict):
        return None
    provider, created = _attributes(system, "Provider"), _attributes(system, "TimeCreated")
    execution, correlation = _attributes(system, "Execution"), _attributes(system, "Correlation")
    found = Winlog(
        channel=word(_plain(system.get("Channel"))),
        provider=word(provider.get("Name")),
        number=word(_plain(system.get("EventID"))),
        computer=word(_plain(system.get("Computer"))),
        record_id=word(_plain(system.get("EventRecordID"))),
        time=word(created.get("SystemTime", created.get("@SystemTime"))),
        guid=word(provider.get("Guid")),
        level=word(_plain(system.get("Level"))),
        version=word(_plain(system.get("Version"))),
        task=word(_plain(system.get("Task"))),
        opcode=word(_plain(system.get("Opcode"))),
        keywords=keywords(_plain(system.get("Keywords"))),
        process=word(execution.get("ProcessID")),
        thread=word(execution.get("ThreadID")),
        activity=word(correlation.get("ActivityID")),
        related_activity=word(correlation.get("RelatedActivityID")),
        user_id=word(_attributes(system, "Security").get("UserID")),
    )
    if event.get("EventData"):
        found.data = named_data(event["EventData"])
    if event.get("UserData"):
        leaves(event["UserData"], found.user_data)
    rendering = event.get("RenderingInfo")
    if isinstance(rendering, dict):
        found.message = word(rendering.get("Message"))
    return found


def _attributes(system: Document, name: str) -> Document:
    element = system.get(name)
    if isinstance(element, dict):
        attributes = element.get("#attributes", element)
        return attributes if isinstance(attributes, dict) else {}
    return {}


def _plain(value: Any) -> Any:
    """The text of an element that may carry attributes (`EventID` with Qualifiers)."""
    return value.get("#text") if isinstance(value, dict) else value


def named_data(element: Any) -> dict[str, Any]:
    if not isinstance(element, dict):
        data: dict[str, Any] = {}
        numbered(data, element)
        return data
    data = {}
    for name, value in element.items():
        if type(value) is str:
            # Windows shows GUIDs in braces; the crate leaves them out.
            data[name] = f"{{{value}}}" if len(value) == 36 and _is_guid(value) else value
        elif name == "#attributes":
            if isinstance(value, dict) and "Name" in value:
                data["EventData_Name"] = text(value["Name"])
        elif isinstance(value, dict):
            _element(data, name, value)
        elif name == "Data" and isinstance(value, list):
            _data_list(data, value)
        else:
            data[name] = text(value)
    return data


def _element(data: dict[str, Any], name: str, value: Document) -> None:
    content = value.get("#text")
    if name == "Data" or name.startswith("Data_"):
        numbered(data, content)
    elif set(value) <= {"#text", "#attributes"}:
        data[name] = text(content)
    else:
        leaves({name: value}, data)


def _data_list(data: dict[str, Any], items: list[Any]) -> None:
    """`<Data>` elements as a list: with names as attributes, or plain texts."""
    unnamed = []
    for item in items:
        if isinstance(item, dict):
            attributes = item.get("#attributes", item)
            name = attributes.get("Name") or attributes.get("@Name")
            content = item.get("#text")
            if name:
                data[str(name)] = text(content)
                continue
            item = content
        unnamed.append(item)
    if unnamed:
        numbered(data, unnamed)


def leaves(element: Any, into: dict[str, Any], name: str = "") -> None:
    """Leaf elements by their own name, attributes as Element_Attribute."""
    if not isinstance(element, dict):
        if name:
            into.setdefault(name, text(element))
        return
    for key, value in element.items():
        if key == "#attributes":
            attributes = value.items() if isinstance(value, dict) else ()
            into.update({f"{name}_{own}": text(one) for own, one in attributes if own != "xmlns"})
        elif key == "#text":
            into.setdefault(name, text(value))
        else:
            leaves(value, into, key)


def _is_guid(value: str) -> bool:
    return value[8] == value[13] == value[18] == value[23] == "-"
