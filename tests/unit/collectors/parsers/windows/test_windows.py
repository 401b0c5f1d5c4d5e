"""Windows events: the same flat event from every road."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.parser import Context, Parsed
from collectors.parsers.windows.meaning import meanings
from collectors.parsers.windows.parser import WindowsParser
from soc.errors import ParseError
from soc.fields.table import table
from soc.logsource import load_table
from soc.raw import RawRecord, Transport
from tests.builders import NOON

CONTEXT = Context(NOON)
SYSMON = "Microsoft-Windows-Sysmon/Operational"


def record(data: bytes) -> RawRecord:
    return RawRecord("test", "test", 0, "local", Transport.FILE, data)


def parse(document: Any) -> Parsed:
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    (parsed,) = WindowsParser().parse(record(data), CONTEXT)
    return parsed


def evtx_dump(**data: Any) -> dict[str, Any]:
    return {
        "Event": {
            "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
                "EventID": 1,
                "Level": 4,
                "Keywords": "0x8000000000000000",
                "TimeCreated": {"#attributes": {"SystemTime": "2026-11-24T05:00:00.123456Z"}},
                "EventRecordID": 7,
                "Execution": {"#attributes": {"ProcessID": 3544, "ThreadID": 4264}},
                "Channel": SYSMON,
                "Computer": "PC1.cb.example",
                "Security": {"#attributes": {"UserID": "S-1-5-18"}},
            },
            "EventData": data,
        }
    }


SHAPES: dict[str, Any] = {
    "evtx_dump": evtx_dump(Image="C:\\Windows\\cmd.exe", ProcessId=16, User="CB\\an"),
    "winlogbeat": {
        "@timestamp": "2026-11-24T05:00:00.123Z",
        "agent": {"type": "winlogbeat", "version": "9.1.0"},
        "winlog": {
            "channel": SYSMON,
            "provider_name": "Microsoft-Windows-Sysmon",
            "event_id": "1",
            "record_id": 7,
            "computer_name": "PC1.cb.example",
            "process": {"pid": 3544, "thread": {"id": 4264}},
            "user": {"identifier": "S-1-5-18"},
            "event_data": {"Image": "C:\\Windows\\cmd.exe", "ProcessId": "16", "User": "CB\\an"},
        },
        "log": {"level": "information"},
    },
    "winlogbeat, dotted": {
        "@timestamp": "2026-11-24T05:00:00.123Z",
        "winlog.channel": SYSMON,
        "winlog.provider_name": "Microsoft-Windows-Sysmon",
        "event.code": 1,
        "winlog.record_id": "7",
        "winlog.computer_name": "PC1.cb.example",
        "winlog.process.pid": 3544,
        "winlog.process.thread.id": 4264,
        "winlog.user.identifier": "S-1-5-18",
        "winlog.event_data.Image": "C:\\Windows\\cmd.exe",
        "winlog.event_data.ProcessId": "16",
        "winlog.event_data.User": "CB\\an",
        "log.level": "information",
    },
    "winlogbeat 6": {
        "@timestamp": "2026-11-24T05:00:00.123Z",
        "log_name": SYSMON,
        "source_name": "Microsoft-Windows-Sysmon",
        "event_id": 1,
        "record_number": "7",
        "computer_name": "PC1.cb.example",
        "process_id": 3544,
        "thread_id": 4264,
        "user": {"identifier": "S-1-5-18"},
        "level": "Information",
        "event_data": {"Image": "C:\\Windows\\cmd.exe", "ProcessId": "16", "User": "CB\\an"},
        "beat": {"name": "wec", "version": "6.7.0"},
    },
    "nxlog": {
        "EventTime": "2026-11-24 12:00:00.123",
        "@timestamp": "2026-11-24T05:00:02Z",
        "@version": "1",
        "host": "wec",
        "port": 62387,
        "tags": ["x"],
        "Channel": SYSMON,
        "SourceName": "Microsoft-Windows-Sysmon",
        "EventID": 1,
        "RecordNumber": 7,
        "Hostname": "PC1.cb.example",
        "ExecutionProcessID": 3544,
        "ThreadID": 4264,
        "Severity": "INFO",
        "EventType": "INFO",
        "AccountName": "SYSTEM",
        "Domain": "NT AUTHORITY",
        "AccountType": "User",
        "UserID": "S-1-5-18",
        "Image": "C:\\Windows\\cmd.exe",
        "ProcessId": "16",
        "User": "CB\\an",
    },
    "event xml": (
        b"<13>Nov 24 05:00:00 PC1 sysmon: <Event><System><Provider Name='Microsoft-Windows-Sysmon'/>"
        b"<EventID>1</EventID><Level>4</Level><TimeCreated SystemTime='2026-11-24T05:00:00.123456000Z'/>"
        b"<EventRecordID>7</EventRecordID><Execution ProcessID='3544' ThreadID='4264'/>"
        b"<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC1.cb.example</Computer>"
        b"<Security UserId='S-1-5-18'/></System><EventData><Data Name='Image'>C:\\Windows\\cmd.exe</Data>"
        b"<Data Name='ProcessId'>16</Data><Data Name='User'>CB\\an</Data></EventData></Event>\n"
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_road_gives_the_same_event(shape: str) -> None:
    parsed = parse(SHAPES[shape])
    expected = parse(SHAPES["evtx_dump"])
    ignored = {"winlog.keywords", "winlog.user.name", "winlog.user.domain", "winlog.user.type"}
    ours = {name: value for name, value in parsed.event.items() if name not in ignored and name[:6] != "agent."}
    theirs = {name: value for name, value in expected.event.items() if name not in ignored}
    assert ours == theirs
    assert parsed.identity == expected.identity
    assert parsed.at is not None
    assert parsed.at.replace(microsecond=0) == NOON
    assert parsed.time_status == "exact"
    assert load_table().route_of(parsed.event) == "windows.sysmon.process_creation"


def test_a_process_creation_is_understood() -> None:
    event = parse(
        evtx_dump(
            Image="C:\\Windows\\System32\\cmd.exe",
            ProcessId=16,
            ParentImage="C:\\Windows\\explorer.exe",
            CommandLine="cmd /c whoami",
            User="CB\\an",
            Hashes="MD5=AA11,SHA256=BB22,IMPHASH=CC33",
            ProcessGuid="0197231E-8BFF-6926-1308-000000000D00",
            LogonGuid="{0197231E-8BFF-6926-1308-000000000D00}",
            Company="-",
            Nothing=None,
            Empty="",
            Flag=True,
        )
    ).event
    assert event["process.name"] == "cmd.exe"
    assert event["process.pid"] == 16
    assert event["process.parent.name"] == "explorer.exe"
    assert event["user.name"] == "an"
    assert event["user.domain"] == "CB"
    assert event["process.hash.sha256"] == "bb22"
    assert event["process.pe.imphash"] == "cc33"
    assert event["event.category"] == ["process"]
    assert event["host.name"] == "pc1.cb.example"
    assert "process.pe.company" not in event
    assert event["winlog.event_data.Company"] == "-"
    assert event["winlog.event_data.ProcessGuid"] == "{0197231E-8BFF-6926-1308-000000000D00}"
    assert event["winlog.event_data.LogonGuid"] == "{0197231E-8BFF-6926-1308-000000000D00}"
    assert event["winlog.event_data.Nothing"] is None
    assert event["winlog.event_data.Empty"] == ""
    assert event["winlog.event_data.Flag"] == "true"


def test_a_failed_logon_has_account_address_and_outcome() -> None:
    event = parse(
        {
            "Channel": "Security",
            "EventID": 4625,
            "SourceName": "Microsoft-Windows-Security-Auditing",
            "EventTime": "2026-11-24T12:00:00+07:00",
            "Keywords": -9218868437227405312,
            "TargetUserName": "an",
            "TargetDomainName": "CB",
            "IpAddress": "::ffff:192.0.2.9",
            "IpPort": "4022",
            "ProcessId": "0x1f4",
            "WorkstationName": "KIOSK",
        }
    ).event
    assert event["user.name"] == "an"
    assert event["source.ip"] == "192.0.2.9"
    assert event["source.port"] == 4022
    assert event["source.domain"] == "kiosk"
    assert event["process.pid"] == 500
    assert event["event.outcome"] == "failure"
    assert event["winlog.keywords"] == "0x8010000000000000"
    assert event["message"] == "An account failed to log on"


def test_an_unlisted_id_keeps_its_identity_facts() -> None:
    event = parse(
        {"Channel": "Security", "EventID": 65000, "SubjectUserName": "an", "IpAddress": "192.0.2.9", "Hostname": "PC"}
    ).event
    assert event["user.name"] == "an"
    assert event["source.ip"] == "192.0.2.9"
    assert event["event.category"] == []
    assert event["event.provider"] == "Microsoft-Windows-Security-Auditing"


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


def test_sysmons_event_type_is_found_again_where_nxlog_hid_it() -> None:
    event = parse(
        {
            "Channel": SYSMON,
            "SourceName": "Microsoft-Windows-Sysmon",
            "EventID": 12,
            "EventType": "INFO",
            "Message": "Registry object added or deleted:\r\nEventType: DeleteKey\r\nUtcTime: x",
            "TargetObject": "HKLM\\SOFTWARE\\Run\\Updater",
        }
    ).event
    assert event["winlog.event_data.EventType"] == "DeleteKey"
    assert event["event.type"] == ["deletion"]
    assert event["registry.hive"] == "HKLM"
    assert event["registry.key"] == "SOFTWARE\\Run\\Updater"
    assert "registry.value" not in event


def test_sysmon_network_dns_and_file_fields() -> None:
    network = evtx_dump(
        SourceIp="192.0.2.1", SourcePort=1, Initiated="false", Protocol="TCP", DestinationHostname="A.Example."
    )
    network["Event"]["System"]["EventID"] = 3
    event = parse(network).event
    assert event["network.direction"] == "ingress"
    assert event["network.transport"] == "tcp"
    assert event["destination.domain"] == "a.example"
    dns = evtx_dump(QueryName="A.Example.", QueryResults="type:  5 b.example;::ffff:192.0.2.7;192.0.2.7;")
    dns["Event"]["System"]["EventID"] = 22
    event = parse(dns).event
    assert event["dns.question.name"] == "a.example"
    assert event["dns.resolved_ip"] == ["192.0.2.7"]
    file = evtx_dump(TargetFilename="C:\\x\\a.DLL", CreationUtcTime="2026-11-24 05:00:00.100", Hashes="0" * 32)
    file["Event"]["System"]["EventID"] = 11
    event = parse(file).event
    assert event["file.extension"] == "dll"
    assert event["file.created"] == "2026-11-24T05:00:00.100000Z"


def test_group_members_and_threats_are_named() -> None:
    event = parse(
        {
            "Channel": "Security",
            "EventID": 4732,
            "MemberName": "CN=Tran An,OU=x",
            "TargetUserName": "Administrators",
            "SubjectUserName": "binh",
            "Keywords": "junk",
        }
    ).event
    assert event["user.target.name"] == "Tran An"
    assert event["group.name"] == "Administrators"
    assert event["user.name"] == "binh"
    threat = parse(
        {
            "winlog": {
                "channel": "Microsoft-Windows-Windows Defender/Operational",
                "provider_name": "Microsoft-Windows-Windows Defender",
                "event_id": 1116,
                "keywords": ["Audit Success"],
                "event_data": {"Threat Name": "HackTool", "Path": "process:_pid:4;file:_C:\\t\\m.exe", "A": {"B": 1}},
            }
        }
    ).event
    assert threat["event.kind"] == "alert"
    assert threat["rule.name"] == "HackTool"
    assert threat["file.name"] == "m.exe"
    assert threat["event.outcome"] == "success"
    assert threat["winlog.event_data.B"] == "1"


@pytest.mark.parametrize(
    ("fields", "at", "status"),
    [
        ({"EventTime": "2026-11-24T12:00:00+07:00"}, NOON, "exact"),
        ({"EventTime": "2026-11-24 12:00:00"}, NOON, "zone_assumed"),
        ({"TimeCreated": "2026-11-24 01:00:00", "UtcTime": "2026-11-24 05:00:01.5"}, NOON, "exact"),
        ({"EventTime": "2026-11-24 12:00:00", "UtcTime": "2020-01-01 00:00:00"}, NOON, "zone_assumed"),
        ({"EventTime": "2026-11-24 12:00:00", "UtcTime": "nonsense"}, NOON, "zone_assumed"),
        ({"EventTime": "nonsense"}, None, "receive_time"),
        ({}, None, "receive_time"),
    ],
)
def test_a_local_time_takes_its_zone_from_its_neighbour(
    fields: dict[str, str], at: datetime | None, status: str
) -> None:
    parsed = parse({"Channel": "X", "EventID": 1, **fields})
    assert parsed.at == at
    assert parsed.time_status == status
    assert parsed.at is None or parsed.at.tzinfo is UTC


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


def test_every_meaning_is_legal_in_ecs() -> None:
    fields = table()
    for (provider, number), meaning in meanings().items():
        legal = {kind for category in meaning.category for kind in fields.types[category]}
        assert set(meaning.type) <= legal, (provider, number)
        assert meaning.outcome in ("", "success", "failure")
    assert len(meanings()) > 140
