"""Windows events by id: ECS fields, outcome, and identity facts of ids that nobody listed."""

from __future__ import annotations

from collectors.parsers.windows.meaning import meanings
from soc.fields.table import table
from tests.unit.collectors.parsers.windows.records import SYSMON, evtx_dump, parse


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


def test_every_meaning_is_legal_in_ecs() -> None:
    fields = table()
    for (provider, number), meaning in meanings().items():
        legal = {kind for category in meaning.category for kind in fields.types[category]}
        assert set(meaning.type) <= legal, (provider, number)
        assert meaning.outcome in ("", "success", "failure")
    assert len(meanings()) > 140
