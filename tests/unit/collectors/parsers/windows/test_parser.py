"""Windows events in all forms, whole, cut or foreign: an event or a parse error, never a crash."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.parsers.windows.parser import WindowsParser
from soc.errors import ParseError
from soc.logsource import load_table
from tests.unit.collectors.parsers.windows.records import CONTEXT, evtx_dump, parse, record


def test_unnamed_data_become_numbered_parameters() -> None:
    document = evtx_dump(Data={"#text": ["a", 2]}, Binary=None)
    document["Event"]["EventData"]["#attributes"] = {"Name": "DNS_EVENT"}
    document["Event"]["EventData"]["Data_1"] = {"#text": "c"}
    event = parse(document).event
    assert [event[f"winlog.event_data.param{number}"] for number in (1, 2, 3)] == ["a", "2", "c"]
    assert event["winlog.event_data.EventData_Name"] == "DNS_EVENT"
    assert event["winlog.event_data.Binary"] is None


def test_data_as_a_list_of_elements_is_read_by_name() -> None:
    document = evtx_dump()
    document["Event"]["EventData"] = {
        "Data": [{"#attributes": {"Name": "Image"}, "#text": "C:\\a.exe"}, {"@Name": "X", "#text": 1}, "loose"]
    }
    event = parse(document).event
    assert event["winlog.event_data.Image"] == "C:\\a.exe"
    assert event["winlog.event_data.X"] == "1"
    assert event["winlog.event_data.param1"] == "loose"


def test_user_data_are_flattened_with_their_attributes() -> None:
    document = evtx_dump()
    system = document["Event"]["System"]
    system["EventID"] = {"#text": 1102, "#attributes": {"Qualifiers": 0}}
    system["Provider"]["#attributes"]["Name"] = "Microsoft-Windows-Eventlog"
    document["Event"]["UserData"] = {
        "LogFileCleared": {
            "#attributes": {"xmlns": "x"},
            "SubjectUserName": "an",
            "Certificate": {"#attributes": {"subjectName": "wec"}, "#text": "t"},
        }
    }
    document["Event"]["RenderingInfo"] = {"Message": "cleared"}
    del document["Event"]["EventData"]
    event = parse(document).event
    assert event["winlog.user_data.SubjectUserName"] == "an"
    assert event["winlog.user_data.Certificate_subjectName"] == "wec"
    assert event["winlog.user_data.Certificate"] == "t"
    assert event["user.name"] == "an"
    assert event["event.action"] == "audit-log-cleared"
    assert event["message"] == "cleared"


def test_azure_keeps_event_data_as_xml_inside_json() -> None:
    xml = (
        '<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\r\n'
        '  <Data Name="Application">\\device\\tomcat9.exe</Data><Data Name="DestPort">8080</Data><Data>loose</Data>'
        "</EventData>"
    )
    row = {
        "TimeGenerated": "2026-11-24T05:00:00.21Z",
        "Computer": "WS5",
        "EventSourceName": "Microsoft-Windows-Security-Auditing",
        "Channel": "Security",
        "Level": "0",
        "EventID": 5156,
        "EventData": xml,
        "TenantId": "x",
        "Account": "CB\\an",
        "Unset": "",
    }
    event = parse(row).event
    assert event["process.name"] == "tomcat9.exe"
    assert event["destination.port"] == 8080
    assert event["winlog.event_data.param1"] == "loose"
    assert event["winlog.event_data.Account"] == "CB\\an"
    assert "winlog.event_data.TenantId" not in event


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"EventData_dynamic": '["a","b"]'}, {"param1": "a", "param2": "b"}),
        ({"EventData": '{"A":1}'}, {"A": "1"}),
        ({"ParameterXml": "<Param>a</Param><Param>b</Param>"}, {"param1": "a", "param2": "b"}),
        ({"EventData": "<not xml"}, {}),
        ({"EventData": "{broken"}, {}),
        ({"EventData": "words"}, {}),
        ({"EventData": '<!DOCTYPE a [<!ENTITY b "c">]><EventData>&b;</EventData>'}, {}),
    ],
)
def test_other_azure_forms_and_broken_ones(data: dict[str, str], expected: dict[str, str]) -> None:
    event = parse({"TimeGenerated": "2026-11-24T05:00:00Z", "Channel": "X", "EventID": 412, **data}).event
    found = {name[18:]: value for name, value in event.items() if name.startswith("winlog.event_data.")}
    assert found == expected


def test_sysmon_for_linux_is_linux() -> None:
    xml = (
        '<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID><Keywords>0x8000000000000000</Keywords>'
        '<TimeCreated SystemTime="2026-11-24T05:00:00.399931000Z"/><Channel>Linux-Sysmon/Operational</Channel></System>'
        '<EventData><Data Name="Image">/usr/bin/id</Data></EventData>'
        '<UserData><A x="1"><B>2</B></A></UserData>'
        "<RenderingInfo><Message>m</Message></RenderingInfo></Event>"
    )
    event = parse({"TimeGenerated": "2026-11-24T05:00:00Z", "HostName": "UB5", "SyslogMessage": xml}).event
    assert event["event.module"] == "linux"
    assert event["host.name"] == "ub5"
    assert event["process.name"] == "id"
    assert event["winlog.user_data.B"] == "2"
    assert event["winlog.user_data.A_x"] == "1"
    assert load_table().route_of(event) == "linux.sysmon.process_creation"


@pytest.mark.parametrize(
    "tail", ["</Data><Data Name='User'>ro", "&lt unknown</Data></EventData></Event>", "</Data></EventData></Event><"]
)
def test_event_xml_that_was_cut_keeps_what_is_whole(tail: str) -> None:
    xml = (
        "<Event><System><Provider Name='Linux-Sysmon'/><EventID>1</EventID>"
        "<TimeCreated SystemTime='2026-11-24T05:00:00.1Z'/><Channel>Linux-Sysmon/Operational</Channel></System>"
        f"<EventData><Data Name='CommandLine'>a &amp; b</Data><Data Name='Image'>/bin/x{tail}"
    )
    parsed = parse(xml.encode())
    assert parsed.quality == ["xml_repaired"]
    assert parsed.event["process.command_line"] == "a & b"
    assert parsed.event["process.executable"].startswith("/bin/x")
    assert parsed.at is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"{}",
        b'{"Event":{}}',
        b'{"System":3}',
        b"<Event",
        b"<Eventful/>",
        b"<a><Event/>",
        b"\xff\xfe",
    ],
)
def test_what_is_no_windows_event_is_a_parse_error(data: bytes) -> None:
    with pytest.raises(ParseError):
        list(WindowsParser().parse(record(data), CONTEXT))


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["EventID", "Channel", "System", "Event", "winlog", "event_data", "EventData", "TimeGenerated",
                         "log_name", "event_id", "Keywords", "EventTime", "Message", "SyslogMessage", "UserData"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=6,
    )
)  # fmt: skip
def test_any_object_is_an_event_or_a_parse_error(document: dict[str, Any]) -> None:
    try:
        data = orjson.dumps(document)
    except (TypeError, orjson.JSONEncodeError):
        return
    try:
        events = list(WindowsParser().parse(record(data), CONTEXT))
    except ParseError:
        return
    assert all(orjson.dumps(parsed.event) for parsed in events)


@pytest.mark.parametrize(
    ("data", "product"),
    [
        (b"<13>Nov 24 05:00:00 UB5 sysmon: <Event><System><Provider Name='Linux-Sysmon'/>", "windows"),
        (b'{"SyslogMessage":"\\u003cEvent\\u003e\\u003cSystem\\u003e"}', "windows"),
        (b'{"Message":"' + b"x" * 20_000 + b'","EventID":1,"Channel":"Security"}', "windows"),
        (b'{"raw":"<EPOEvent><Event><EventID>1</EventID></Event>"}', "json"),
    ],
)
def test_the_detector_tells_windows_from_what_looks_alike(data: bytes, product: str) -> None:
    from collectors.detect_product import ProductDetector

    assert ProductDetector().product_of(record(data)) == product
