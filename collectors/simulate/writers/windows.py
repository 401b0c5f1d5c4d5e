"""Windows events as JSON: Winlogbeat documents from servers, NXLog records (im_msvistalog) from PCs."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

import orjson

from collectors.parser import PROVINCE_ZONE
from collectors.simulate.line import Line
from collectors.simulate.world import NETBIOS, Machine, Person
from soc.raw import Transport

SECURITY = ("Security", "Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-a5ba-3e3b0328c30d}")
SYSMON = ("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}")
DEFENDER = (
    "Microsoft-Windows-Windows Defender/Operational",
    "Microsoft-Windows-Windows Defender",
    "{11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78}",
)
EVENTLOG = ("Security", "Microsoft-Windows-Eventlog", "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}")


def winlogbeat(host: Machine, at: datetime, log: tuple[str, str, str], event: int, data: dict[str, str]) -> Line:
    """A document of Winlogbeat 9, as it lies in its HTTP output."""
    channel, provider, guid = log
    stamp = _utc(at)
    document = {
        "@timestamp": stamp,
        "agent": {"type": "winlogbeat", "version": "9.4.0", "name": host.name.upper()},
        "ecs": {"version": "8.0.0"},
        "event": {"code": str(event), "kind": "event", "provider": provider, "created": stamp},
        "host": {"name": host.full_name, "hostname": host.name.upper(), "ip": [host.address]},
        "log": {"level": "information"},
        "winlog": {
            "api": "wineventlog",
            "channel": channel,
            "computer_name": host.full_name,
            "event_data": data,
            "event_id": str(event),
            "provider_name": provider,
            "provider_guid": guid,
            "record_id": _record(host, at, data),
        },
    }
    return Line(at, host.name, Transport.HTTP, host.address, orjson.dumps(document), "windows")


def nxlog(host: Machine, at: datetime, log: tuple[str, str, str], event: int, data: dict[str, str]) -> Line:
    """A record of NXLog's to_json(), one line over TCP."""
    channel, provider, guid = log
    local = at.astimezone(PROVINCE_ZONE)
    record = {
        "EventTime": f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond:06d}+07:00",
        "Hostname": host.full_name,
        "EventType": "INFO",
        "SeverityValue": 2,
        "Severity": "INFO",
        "EventID": event,
        "SourceName": provider,
        "ProviderGuid": guid.upper(),
        "RecordNumber": _record(host, at, data),
        "Channel": channel,
        "SourceModuleName": "eventlog",
        "SourceModuleType": "im_msvistalog",
        **data,
    }
    return Line(at, host.name, Transport.TCP, host.address, orjson.dumps(record), "windows")


def logon(host: Machine, at: datetime, person: Person, remote: str, kind: int, port: int) -> Line:
    """4624: somebody logged on; kind 3 over the network, 10 by remote desktop, 2 at the keyboard."""
    data = {
        "SubjectUserSid": "S-1-0-0",
        "SubjectUserName": "-",
        "SubjectDomainName": "-",
        "SubjectLogonId": "0x0",
        "TargetUserSid": person.sid,
        "TargetUserName": person.account,
        "TargetDomainName": NETBIOS,
        "TargetLogonId": hex(0x100000 + port * 16),
        "LogonType": str(kind),
        "LogonProcessName": "Kerberos" if kind == 3 else "User32 ",
        "AuthenticationPackageName": "Kerberos" if kind == 3 else "Negotiate",
        "WorkstationName": "-",
        "IpAddress": remote,
        "IpPort": str(port),
    }
    return winlogbeat(host, at, SECURITY, 4624, data)


def logon_failed(host: Machine, at: datetime, account: str, remote: str, kind: int, port: int) -> Line:
    """4625: a logon was refused for a wrong password."""
    data = {
        "SubjectUserSid": "S-1-0-0",
        "SubjectUserName": "-",
        "SubjectDomainName": "-",
        "SubjectLogonId": "0x0",
        "TargetUserSid": "S-1-0-0",
        "TargetUserName": account,
        "TargetDomainName": NETBIOS,
        "Status": "0xc000006d",
        "FailureReason": "%%2313",
        "SubStatus": "0xc000006a",
        "LogonType": str(kind),
        "LogonProcessName": "NtLmSsp ",
        "AuthenticationPackageName": "NTLM",
        "WorkstationName": "-",
        "IpAddress": remote,
        "IpPort": str(port),
    }
    return winlogbeat(host, at, SECURITY, 4625, data)


def process_data(
    host: Machine, at: datetime, user: str, image: str, command: str, parent: str, pid: int
) -> dict[str, str]:
    """The data of Sysmon's event 1."""
    stamp = _utc(at).replace("T", " ").rstrip("Z")
    name = image.rpartition("\\")[2]
    return {
        "RuleName": "-",
        "UtcTime": stamp,
        "ProcessGuid": _guid(host.name, stamp, image),
        "ProcessId": str(pid),
        "Image": image,
        "OriginalFileName": name.upper(),
        "CommandLine": command,
        "CurrentDirectory": "C:\\Windows\\system32\\",
        "User": user,
        "LogonId": hex(0x20000 + pid),
        "IntegrityLevel": "High",
        "Hashes": f"SHA256={blake2b(image.lower().encode(), digest_size=32).hexdigest().upper()}",
        "ParentProcessGuid": _guid(host.name, "parent", parent),
        "ParentProcessId": str(pid - 8 if pid > 8 else 4),
        "ParentImage": parent,
        "ParentCommandLine": f'"{parent}"',
    }


def process(host: Machine, at: datetime, user: str, image: str, command: str, parent: str, pid: int) -> Line:
    """Sysmon 1 of a PC: a program started."""
    return nxlog(host, at, SYSMON, 1, process_data(host, at, user, image, command, parent, pid))


def dns_query(host: Machine, at: datetime, user: str, name: str, image: str, pid: int) -> Line:
    """Sysmon 22 of a PC: a name was looked up."""
    stamp = _utc(at).replace("T", " ").rstrip("Z")
    data = {
        "RuleName": "-",
        "UtcTime": stamp,
        "ProcessGuid": _guid(host.name, stamp, image),
        "ProcessId": str(pid),
        "QueryName": name,
        "QueryStatus": "0",
        "QueryResults": "::ffff:192.0.2.80;",
        "Image": image,
        "User": user,
    }
    return nxlog(host, at, SYSMON, 22, data)


def defender_off(host: Machine, at: datetime) -> Line:
    """Defender 5001: real-time protection was switched off."""
    data = {"Product Name": "Microsoft Defender Antivirus", "Product Version": "4.18.26100.7"}
    return winlogbeat(host, at, DEFENDER, 5001, data)


def log_cleared(host: Machine, at: datetime, person: Person) -> Line:
    """1102: the Security log was cleared."""
    data = {
        "SubjectUserSid": person.sid,
        "SubjectUserName": person.account,
        "SubjectDomainName": NETBIOS,
        "SubjectLogonId": "0x3a1f2c",
    }
    return winlogbeat(host, at, EVENTLOG, 1102, data)


def account_of(person: Person) -> str:
    """The account as Sysmon writes it."""
    return f"{NETBIOS}\\{person.account}"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _guid(*parts: str) -> str:
    text = blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
    return f"{{{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}}}"


def _record(host: Machine, at: datetime, data: dict[str, str]) -> int:
    """Grows with time and differs for two events of one instant: the record id is part of the event's identity."""
    tail = blake2b(repr(data).encode(), digest_size=2, key=host.name.encode()[:64]).digest()
    return int(at.timestamp() * 1000) % 10_000_000_000 * 65_536 + int.from_bytes(tail, "big")
