"""What can be set: every setting with its default, bounds and meaning. Reading them is `soc/config.py`."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


def _networks(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Raises ValueError with the first that is no network."""
    return tuple(str(ip_network(text)) for text in texts)


class Section(BaseModel):
    """A part of the settings: closed and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Web(Section):
    """The pages and the REST API."""

    host: str = Field("127.0.0.1", description="Address the pages listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port of the pages; the next free one when it is taken")
    metrics_local: bool = Field(False, description="Whether programs on this machine read /metrics without a key")
    origin: str = Field("", description="Public origin when a proxy stands in front, e.g. https://soc.example.gov.vn")
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Networks of proxies whose X-Forwarded-For counts; without them it is ignored"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _networks(value)


class Auth(Section):
    """How people are let in. Stricter is always possible; the ceilings are those of the security rules."""

    idle_minutes: int = Field(30, ge=5, le=60, description="Minutes without use after which a session ends")
    absolute_hours: int = Field(12, ge=1, le=24, description="Hours after which a session ends whatever happens")
    lock_minutes: int = Field(15, ge=1, le=30, description="Minutes without use after which the page hides itself")
    grace_days: int = Field(7, ge=0, le=7, description="Days without a second factor for new people inside")
    inside_networks: tuple[str, ...] = Field(
        ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
        description="Networks from which leaders and unit contacts may come without a second factor",
    )
    password_days: int = Field(0, ge=0, description="Days after which a password must be changed; 0: never")
    composition: bool = Field(False, description="Whether a password must mix letters, digits and signs")
    notice_vi: str = Field("", description="What the sign-in page says of monitoring of staff, with its date")
    notice_en: str = Field("", description="The same in English")
    duty_phone: str = Field("", max_length=40, description="Telephone of the shift on duty, shown on the sign-in page")

    @field_validator("inside_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _networks(value)


class FileInput(Section):
    """A file, or a glob of files, that is read line by line as it grows."""

    path: str = Field(description="File or glob")
    source: str = Field(description="Name of the source its lines belong to")
    product: str = Field("auto", description="Parser or mapping; 'auto' detects")
    start: Literal["beginning", "end"] = Field("beginning", description="Where a file seen for the first time begins")


class Intake(Section):
    """Where records come in."""

    host: str = Field("127.0.0.1", description="Address of the syslog listeners and the HTTP intake")
    syslog_udp: int = Field(5514, ge=-1, le=65535, description="Syslog UDP port; -1 switches it off")
    syslog_tcp: int = Field(5514, ge=-1, le=65535, description="Syslog TCP port; -1 switches it off")
    http: int = Field(8514, ge=-1, le=65535, description="Port of the HTTP intake; -1 switches it off")
    frame_limit: int = Field(262_144, ge=8_192, le=1_048_576, description="Longest record in bytes; the rest is cut")
    files: tuple[FileInput, ...] = Field((), description="Files that are followed")


class Journal(Section):
    """The durable log between the loops."""

    max_bytes: int = Field(20 * 1024**3, ge=1_048_576, description="Quota of each log in bytes")
    keep_raw_hours: int = Field(168, ge=1, description="How long raw records are kept after they were read")
    keep_event_hours: int = Field(24, ge=1, description="How long the event log is kept after it was read")


class Events(Section):
    """The event store."""

    engine: Literal["embedded"] = Field("embedded", description="Engine of the event store")
    retention_days: int = Field(90, ge=1, description="Days after which whole files of events are dropped")


class Rules(Section):
    """What is detected."""

    paths: tuple[str, ...] = Field((), description="Rule folders beside our own pack")
    own: bool = Field(True, description="Whether our own pack is loaded")
    placeholders: dict[str, tuple[str, ...]] = Field(
        {}, description="Site values of rules by name; stronger than `values/` of the packs"
    )


class Organisation(Section):
    """Whose system this is."""

    profile: str = Field(
        "",
        description="Profile of the figures: demo, nghe-an, lang-son or a YAML file; empty: demo, "
        "or none when `units` names a file",
    )
    units: str = Field("", description="YAML file with units and networks; empty: that of the profile")
    name_vi: str = Field("", description="Name shown at the top of each page; empty: that of the province")
    name_en: str = Field("", description="The same in English")


class ReportSettings(Section):
    """Whose report it is, as its letterhead says. What is empty comes from the profile and the units."""

    governing_body: str = Field("", max_length=200, description="Body above; empty: the people's committee")
    issuing_body: str = Field("", max_length=200, description="Body that issues; empty: who has the profile's function")
    symbol: str = Field("BC", max_length=40, description="Symbol behind the number, such as BC-CAT")
    place: str = Field("", max_length=80, description="Place in front of the date; empty: the province")
    wording: Literal["", "attt", "anm"] = Field("", description="Official word of the subject; empty: the profile's")
    recipients: tuple[str, ...] = Field((), max_length=40, description="Who gets it; the last line names the file")
    signing_authority: str = Field("", max_length=10, description="KT., TL., TUQ., TM. or Q.; empty: none")
    signing_office: str = Field("", max_length=120, description="Office of the signer, such as Giám đốc")


Span = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,4}[mhd]$")]
"""A time limit: 15m, 4h, 3d."""


class LevelSettings(Section):
    """The limits of one level; medium and low run by the working calendar, and their days are working days."""

    ack: Span = Field(description="Time to acknowledge, such as 15m, 4h, 1d")
    unit: Span | Literal[""] = Field("", description="Time to the first action by the unit; empty: none")
    resolve: Span = Field(description="Time to resolve")


class CriticalLimits(LevelSettings):
    ack: Span = Field("15m", description="Time to acknowledge a critical alert")
    unit: Span | Literal[""] = Field("1h", description="Time to the first action by the unit; empty: none")
    resolve: Span = Field("8h", description="Time to resolve")


class HighLimits(LevelSettings):
    ack: Span = Field("30m", description="Time to acknowledge a high alert")
    unit: Span | Literal[""] = Field("4h", description="Time to the first action by the unit; empty: none")
    resolve: Span = Field("24h", description="Time to resolve")


class MediumLimits(LevelSettings):
    ack: Span = Field("4h", description="Working time to acknowledge a medium alert; a day is a working day")
    unit: Span | Literal[""] = Field("1d", description="Working time to the first action by the unit; empty: none")
    resolve: Span = Field("3d", description="Working time to resolve")


class LowLimits(LevelSettings):
    ack: Span = Field("1d", description="Working time to acknowledge a low alert; a day is a working day")
    resolve: Span = Field("10d", description="Working time to resolve")


class UnitLimits(Section):
    """A unit's own limits; a level that is not named has the limits of all."""

    critical: LevelSettings | None = None
    high: LevelSettings | None = None
    medium: LevelSettings | None = None
    low: LevelSettings | None = None


class LimitSettings(Section):
    """How soon alerts are acted on (workspace.md 1.5)."""

    critical: CriticalLimits = CriticalLimits()
    high: HighLimits = HighLimits()
    medium: MediumLimits = MediumLimits()
    low: LowLimits = LowLimits()
    units: dict[str, UnitLimits] = Field({}, description="Limits of single units, by unit id")
    alerts_per_analyst: int = Field(60, ge=1, description="Alerts an analyst can judge in one shift")
    analysts: int = Field(1, ge=1, description="Analysts at work in one shift")
    shifts: int = Field(3, ge=1, le=24, description="Shifts a day")

    @property
    def budget(self) -> int:
        """Low and medium alerts a day that the team can judge; what passes it goes to the digest."""
        return self.alerts_per_analyst * self.analysts * self.shifts


class Settings(Section):
    """Everything that can be set."""

    data: str = Field("./data", description="Data directory")
    language: Literal["vi", "en"] = Field("vi", description="Default language of pages and messages")
    demo: bool = Field(False, description="Marks every page as simulated data")
    web: Web = Web()
    auth: Auth = Auth()
    intake: Intake = Intake()
    journal: Journal = Journal()
    events: Events = Events()
    rules: Rules = Rules()
    organisation: Organisation = Organisation()
    limits: LimitSettings = LimitSettings()
    report: ReportSettings = ReportSettings()
