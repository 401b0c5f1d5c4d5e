"""The log-source table: what an event is, and what a rule's field name means there."""

from __future__ import annotations

import pytest

from soc.errors import MappingError
from soc.event import Event
from soc.logsource import ABSENT, UNROUTED, LogSource, load_table
from soc.logsources.load import table_of

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def windows(channel: str, number: int | str, **data: object) -> Event:
    event: Event = {"event.module": "windows", "winlog.channel": channel, "winlog.event_id": str(number)}
    return event | {f"winlog.event_data.{name}": value for name, value in data.items()}


@pytest.mark.parametrize(
    ("event", "route"),
    [
        (windows(SYSMON, 1), "windows.sysmon.process_creation"),
        (windows(SYSMON.upper(), 1), "windows.sysmon.process_creation"),
        (windows(SYSMON, 12, EventType="CreateKey"), "windows.sysmon.registry_add"),
        (windows(SYSMON, 12, EventType="DeleteValue"), "windows.sysmon.registry_delete"),
        (windows(SYSMON, 12), "windows.sysmon.registry_event"),
        (windows(SYSMON, 99), "windows.sysmon"),
        (windows("Security", 4688), "windows.security.process_creation"),
        (windows("Security", 4657, OperationType="%%1904"), "windows.security.registry_add"),
        (windows("Security", 4657, OperationType="Existing registry value modified"), "windows.security.registry_set"),
        (windows("Security", 4657, OperationType=["%%1906"]), "windows.security.registry_delete"),
        (windows("Security", 1102), "windows.security"),
        (windows("PowerShellCore/Operational", 4104), "windows.powershell.script"),
        (windows("A channel of somebody", 1), "windows.other"),
        (windows("Linux-Sysmon/Operational", 1), "linux.sysmon.process_creation"),
        ({"event.module": "linux", "event.dataset": "linux.sshd"}, "linux.sshd"),
        ({"event.module": "linux", "event.dataset": "linux.other", "process.name": "vsftpd"}, "linux.vsftpd"),
        ({"event.module": "cisco", "cisco.ios.facility": "BGP"}, "cisco.bgp"),
        ({"event.module": "nobody", "event.dataset": "nobody.knows"}, UNROUTED),
        ({}, UNROUTED),
    ],
)
def test_an_event_takes_the_entry_that_asks_for_most(event: Event, route: str) -> None:
    assert load_table().route_of(event) == route


def test_one_event_is_in_every_category_it_belongs_to() -> None:
    table = load_table()
    for category in ("registry_set", "registry_event"):
        assert "windows.sysmon.registry_set" in table.routes_for(LogSource("windows", category))


def test_a_rule_that_states_only_the_product_sees_every_windows_event() -> None:
    table = load_table()
    seen = table.routes_for(LogSource("windows"))
    assert {name for name in table.routes if name.startswith("windows.")} == set(seen)


def test_a_route_serves_rules_without_product() -> None:
    assert "windows.windefend.antivirus" in load_table().routes_for(LogSource(category="antivirus"))
    assert "nginx.access" in load_table().routes_for(LogSource(category="webserver"))


def test_what_nothing_emits_says_why() -> None:
    table = load_table()
    assert not table.routes_for(LogSource("macos", "process_creation"))
    reason = table.why_not(LogSource("macos", "process_creation"))
    assert reason is not None
    assert reason.en
    assert reason.vi
    assert table.why_not(LogSource("nobody")) is None


def test_security_4688_answers_to_the_names_of_process_creation() -> None:
    event = windows(
        "Security",
        4688,
        NewProcessName="C:\\a.exe",
        NewProcessId="0x10",
        ProcessId="0x4",
        SubjectDomainName="CB",
        SubjectUserName="an",
        TargetUserName="-",
        TargetDomainName="-",
        MandatoryLabel="S-1-16-12288",
    )
    route = load_table().route_of(event)
    rule = LogSource("windows", "process_creation")

    def read(name: str, rule: LogSource = rule) -> object:
        return load_table().accessor(route, name, rule)(event)

    assert read("Image") == "C:\\a.exe"
    assert read("User") == "CB\\an"
    assert read("IntegrityLevel") == ["S-1-16-12288", "High"]
    assert read("ProcessId") == "0x10"
    assert read("EventID") == "4688"
    assert read("Hashes") is ABSENT


def test_a_rule_for_the_service_reads_the_services_own_names() -> None:
    event = windows("Security", 4688, NewProcessId="0x10", ProcessId="0x4")
    accessor = load_table().accessor(
        "windows.security.process_creation", "ProcessId", LogSource("windows", None, "security")
    )
    assert accessor(event) == "0x4"


def test_registry_paths_are_read_in_both_spellings() -> None:
    event = windows("Security", 4657, ObjectName="\\REGISTRY\\MACHINE\\SOFTWARE\\Run", ObjectValueName="x")
    accessor = load_table().accessor("windows.security.registry_event", "TargetObject")
    assert accessor(event) == ["\\REGISTRY\\MACHINE\\SOFTWARE\\Run\\x", "HKLM\\SOFTWARE\\Run\\x"]


@pytest.mark.parametrize("direction", ["%%14593", "Outbound"])
def test_codes_and_rendered_words_mean_the_same(direction: str) -> None:
    event = windows("Security", 5156, Direction=direction, Protocol=6)
    table = load_table()
    assert table.accessor("windows.security.network_connection", "Initiated")(event) == "true"
    assert table.accessor("windows.security.network_connection", "Protocol")(event) == "tcp"


def test_names_with_blanks_have_two_aliases() -> None:
    event = windows("Microsoft-Windows-Windows Defender/Operational", 1116)
    event["winlog.event_data.Threat Name"] = "HackTool"
    table = load_table()
    for name in ("ThreatName", "Threat_Name", "Threat Name", "Signature"):
        assert table.accessor("windows.windefend.antivirus", name)(event) == "HackTool"


def test_data_addresses_all_unnamed_elements() -> None:
    event = windows("Application", 1, param1="a", param2=["b", "c"], param4="not next")
    assert load_table().accessor("windows.application", "Data")(event) == ["a", "b", "c"]
    assert load_table().accessor("windows.application", "Data")({}) is ABSENT


def test_user_data_stands_behind_event_data() -> None:
    event: Event = {"winlog.user_data.Param1": "printer"}
    assert load_table().accessor("windows.printservice_admin", "Param1")(event) == "printer"


def test_null_and_empty_are_not_absent() -> None:
    event = windows("Security", 1, A=None, B="")
    table = load_table()
    assert table.accessor("windows.security", "A")(event) is None
    assert table.accessor("windows.security", "B")(event) == ""
    assert table.accessor("windows.security", "C")(event) is ABSENT
    assert repr(ABSENT) == "ABSENT"


def test_a_list_of_objects_gives_its_leaves() -> None:
    event: Event = {"dns.answers": [{"data": "192.0.2.1"}, {"data": ["192.0.2.2"]}, {"type": "A"}]}
    assert load_table().accessor("pcap.dns", "answer")(event) == ["192.0.2.1", "192.0.2.2"]


def test_ecs_names_may_be_used_as_they_are() -> None:
    event: Event = {"event.code": "7", "source": {"ip": "192.0.2.1"}}
    assert load_table().accessor("windows.security", "event.code")(event) == "7"
    assert load_table().accessor("nowhere", "source.ip")(event) == "192.0.2.1"


def test_a_stated_source_makes_a_route_of_its_own() -> None:
    wanted = LogSource("opencanary", "application")
    table, name = load_table().with_source(wanted)
    assert table.routes_for(wanted) == (name,)
    assert table.accessor(name, "logtype")({"logtype": 4000}) == 4000
    assert str(wanted) == "product=opencanary,category=application"
    assert str(LogSource()) == "any"


def test_all_faults_of_all_files_come_at_once() -> None:
    good = "routes:\n  a: {route: {event.dataset: a}, logsource: [{product: a}]}\n"
    bad = (
        "prodct: x\nroutes:\n  a: {route: {event.dataset: b}, logsource: [{servce: a}], use: nothing}\n"
        "  b: {logsource: [], fields: {x: {from: [a], as: protocl}}}\n  c: 3\n"
    )
    with pytest.raises(MappingError) as caught:
        table_of({"a.yml": good, "b.yml": bad, "c.yml": "a: [", "d.yml": "- a"})
    codes = {(fault.path, fault.line, fault.code) for fault in caught.value.faults}
    assert {
        ("b.yml", 0, "SOC-1201"),
        ("b.yml", 3, "SOC-1203"),
        ("b.yml", 3, "SOC-1204"),
        ("b.yml", 3, "SOC-1205"),
        ("b.yml", 4, "SOC-1202"),
        ("b.yml", 4, "SOC-1203"),
        ("b.yml", 4, "SOC-1204"),
        ("b.yml", 5, "SOC-1201"),
        ("d.yml", 1, "SOC-1200"),
    } <= codes
    assert any(path == "c.yml" for path, _, _ in codes)
    assert "did you mean 'protocol'" in str(caught.value)
