"""From a `Winlog` to the flat event, its time and its identity; the same for every road."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from collectors.parser import Context, Parsed
from collectors.parsers.windows.meaning import add, meaning_of
from collectors.parsers.windows.winlog import AUDIT_FAILURE, AUDIT_SUCCESS, LEVELS, Winlog
from collectors.times import iso
from soc.event import Event

SYSMON = "Microsoft-Windows-Sysmon"
LINUX_SYSMON = "Linux-Sysmon/Operational"
_DATASETS = {
    "security": "windows.security",
    "system": "windows.system",
    "application": "windows.application",
    "microsoft-windows-sysmon/operational": "windows.sysmon",
    "microsoft-windows-powershell/operational": "windows.powershell",
    "powershellcore/operational": "windows.powershell",
    "windows powershell": "windows.powershell_classic",
    "microsoft-windows-windows defender/operational": "windows.windefend",
    "microsoft-windows-taskscheduler/operational": "windows.taskscheduler",
    "dns server": "windows.dns_server",
}
# Exports without provider name: the channel says who wrote.
_PROVIDERS = {
    "security": "Microsoft-Windows-Security-Auditing",
    "microsoft-windows-sysmon/operational": SYSMON,
    "microsoft-windows-powershell/operational": "Microsoft-Windows-PowerShell",
}
_QUARTER = 900  # seconds: zones differ by quarters of an hour
_WIDEST = timedelta(hours=14)


def parsed_of(log: Winlog, context: Context) -> Parsed:
    """The partial event. Fields that the record does not have are absent."""
    channel = log.channel.lower()
    linux = log.channel == LINUX_SYSMON
    event: Event = {
        "event.kind": "event",
        "event.module": "linux" if linux else "windows",
        "event.dataset": "linux.sysmon" if linux else _DATASETS.get(channel, "windows.eventlog"),
    }
    provider = log.provider or _PROVIDERS.get(channel, "")
    meaning = meaning_of(provider, log.number, log.data)
    event["event.kind"] = meaning.kind
    event["event.category"] = list(meaning.category)
    event["event.type"] = list(meaning.type)
    if log.number:
        event["event.code"] = log.number
    if provider:
        event["event.provider"] = provider
    if meaning.action:
        event["event.action"] = meaning.action
    outcome = meaning.outcome or _audited(log.keywords)
    if outcome:
        event["event.outcome"] = outcome
    _header(event, log, linux=linux)
    message = log.message or meaning.title
    if message:
        event["message"] = message
    for name, value in log.data.items():
        event["winlog.event_data." + name] = value
    for name, value in log.user_data.items():
        event["winlog.user_data." + name] = value
    add(event, meaning, log.data or log.user_data)
    _specials(event, log)
    event.update(log.extra)
    at, status = _time(log, context)
    return Parsed(event, at, status, log.quality, identity=_identity(log, at, channel))


def _header(event: Event, log: Winlog, *, linux: bool) -> None:
    for name, value in (
        ("winlog.channel", log.channel),
        ("winlog.provider_name", log.provider),
        ("winlog.provider_guid", log.guid),
        ("winlog.event_id", log.number),
        ("winlog.record_id", log.record_id),
        ("winlog.computer_name", log.computer),
        ("winlog.level", log.level),
        ("winlog.version", log.version),
        ("winlog.task", log.task),
        ("winlog.opcode", log.opcode),
        ("winlog.keywords", log.keywords),
        ("winlog.activity_id", log.activity),
        ("winlog.related_activity_id", log.related_activity),
        ("winlog.user.identifier", log.user_id),
    ):
        if value:
            event[name] = value
    if log.process.isdigit():
        event["winlog.process.pid"] = int(log.process)
    if log.thread.isdigit():
        event["winlog.process.thread.id"] = int(log.thread)
    if log.level in LEVELS:
        event["log.level"] = LEVELS[log.level]
    if log.computer:
        event["host.name"] = log.computer.lower()
        event["host.hostname"] = log.computer
    event["host.os.type"] = "linux" if linux else "windows"


def _audited(keywords: str) -> str:
    """Success and failure of Security are bits of the keywords."""
    try:
        bits = int(keywords, 16) if keywords.startswith("0x") else 0
    except ValueError:
        return ""
    if bits & AUDIT_FAILURE:
        return "failure"
    return "success" if bits & AUDIT_SUCCESS else ""


def _specials(event: Event, log: Winlog) -> None:
    """What an id alone does not say: whether a registry key came or went (12 is about keys, not values)."""
    kind = log.data.get("EventType")
    if log.number == "12" and isinstance(kind, str) and event["event.category"] == ["registry"]:
        event["event.type"] = ["creation" if kind.startswith("Create") else "deletion"]
        event.pop("registry.value", None)


def _time(log: Winlog, context: Context) -> tuple[datetime | None, str]:
    """The record's own time. Local times without zone take it from another time of the record that has one."""
    if not log.time:
        return None, "receive_time"
    try:
        at = datetime.fromisoformat(log.time)
    except ValueError:
        moment = iso(log.time, context)
        return (moment.at, moment.status) if moment else (None, "receive_time")
    if at.tzinfo is not None:
        return at.astimezone(UTC), "exact"
    shifted = _by_neighbour(at, log.near)
    if shifted is not None:
        return shifted, "exact"
    return at.replace(tzinfo=context.zone).astimezone(UTC), "zone_assumed"


def _by_neighbour(local: datetime, near: str) -> datetime | None:
    """`local` moved by whole quarters of an hour next to `near`, a UTC time of about the same moment."""
    try:
        reference = datetime.fromisoformat(near)
    except ValueError:
        return None
    reference = reference.replace(tzinfo=UTC) if reference.tzinfo is None else reference.astimezone(UTC)
    gap = (local.replace(tzinfo=UTC) - reference).total_seconds()
    offset = timedelta(seconds=round(gap / _QUARTER) * _QUARTER)
    return local.replace(tzinfo=UTC) - offset if abs(offset) <= _WIDEST else None


def _identity(log: Winlog, at: datetime | None, channel: str) -> bytes | None:
    """Computer, channel, record id and time in ms make the record; Winlogbeat sends no finer."""
    if at is None or not (log.record_id and log.computer and channel):
        return None
    millis = int(at.timestamp()) * 1000 + at.microsecond // 1000
    return f"{log.computer.lower()}\0{channel}\0{log.record_id}\0{millis}".encode()
