"""What the pages are given: stores, units, clock and settings. Real or fake is chosen in socctl/wiring.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reports.kpi.world import World
from soc.access import Scope
from soc.clock import Clock
from soc.settings import ReportSettings
from soc.state.store import State
from soc.store import EventStore
from soc.unit import UnitTree

if TYPE_CHECKING:
    from dashboards.shell.board import RuleBoard


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`origin`: scheme, host and port as browsers see us; https makes the cookie `__Host-soc`.
    `rules`: folders whose rule text the alert page may show; empty shows what the alert kept."""

    origin: str = "http://127.0.0.1:8080"
    language: str = "vi"
    demo: bool = False
    name_vi: str = ""
    name_en: str = ""
    rules: tuple[Path, ...] = ()
    intake_host: str = "127.0.0.1"
    data: Path | None = None
    metrics_local: bool = False
    trusted_proxies: tuple[str, ...] = ()
    notice_vi: str = ""
    notice_en: str = ""
    duty_phone: str = ""
    report: ReportSettings = field(default_factory=ReportSettings)

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")


@dataclass(frozen=True, slots=True)
class Beat:
    """What a role last said of itself. `position` and `end`, by lane: where it stands, where its log ends.
    `figures`: what it measures, such as `lag_p95` in seconds; `failure`: what it cannot do now, in words."""

    role: str
    at: datetime
    position: Mapping[str, int] = field(default_factory=dict)
    end: Mapping[str, int] = field(default_factory=dict)
    rss_kib: int = 0
    failure: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    address: str = ""

    @property
    def behind(self) -> int:
        """Records that wait for this role."""
        return sum(max(0, last - self.position.get(lane, -1)) for lane, last in self.end.items())


def no_beats() -> Sequence[Beat]:
    """Nobody reports; the health page then says that it does not know."""
    return ()


def no_attention(scope: Scope) -> bool:
    """Nothing asks for it."""
    return False


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes files from the pages: their bytes go to `folder`, `begin(id)` lets the worker read the one of that name."""

    folder: Path
    begin: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Services:
    """`events` may be None: a web role on a machine without the event store shows the alerts' own samples only.

    `attention`: whether within the scope an enabled rule is blind or a source silent; page titles then say "(!)".
    Every page asks it, so it must answer from memory. `board`: what each rule can do now; None: nobody knows.
    `world`: catalogue, profile and organisation of the hub; None: no figures are taken here.
    `prove`: tests the rules when it is time; None: somebody else does.
    """

    state: State
    units: UnitTree
    clock: Clock
    settings: WebSettings = WebSettings()
    events: EventStore | None = None
    beats: Callable[[], Sequence[Beat]] = no_beats
    board: RuleBoard | None = None
    attention: Callable[[Scope], bool] = no_attention
    intake: Intake | None = None
    world: World | None = None
    prove: Callable[[datetime], None] | None = None
