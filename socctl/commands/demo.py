"""`socctl demo [FILE...]`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from soc.state.store import State
    from socctl.demo import Summary
    from socctl.wiring import Site


def demo(
    files: list[Path] | None = typer.Argument(None, help="Own files instead of the simulated province"),
    no_serve: bool = typer.Option(False, "--no-serve", help="Stop when everything is worked off"),
    scenario: str = typer.Option("demo", "--scenario", help="What the civil subsystems go through: demo, y2021"),
) -> None:
    """A simulated province, or your files, through the real pipeline; then the pages."""
    import os
    from importlib.resources import files as files_of

    from reports.simulate import scenario as story
    from socctl import wiring
    from socctl.supervisor import lock

    # Any free port will do for the simulated senders; the roles inherit this.
    for port in ("SYSLOG_UDP", "SYSLOG_TCP", "HTTP"):
        os.environ.setdefault(f"SOC_INTAKE__{port}", "0")
    os.environ["SOC_DEMO"] = "true"
    told = story.scenario(scenario)
    if told.profile != story.DEFAULT_PROFILE:
        # The simulated senders have their networks in the demo's unit file, whichever profile the story is told in.
        os.environ.setdefault("SOC_ORGANISATION__PROFILE", told.profile)
        os.environ.setdefault("SOC_ORGANISATION__UNITS", str(files_of("soc") / "data" / "units-demo.yml"))
    place = wiring.site()
    held = lock(place.data)
    opened = wiring.state(place)
    try:
        wiring.recount_import(place, opened)
        _show(place, opened, files or [], scenario, serve=not no_serve)
    finally:
        opened.close()
        held.close()


def _show(place: Site, opened: State, files: list[Path], scenario: str, *, serve: bool) -> None:
    """The roles run while this does."""
    import threading

    from soc.role import RoleName
    from socctl import demo as province
    from socctl import senders, wiring
    from socctl.supervisor import Supervisor

    tree = wiring.units(opened)
    keys = province.prepare(place, opened, tree)
    supervisor, stop = Supervisor(place.data, place.clock, _say), threading.Event()
    beside = senders.Beside(place, _say)
    if not files:
        senders.prepare(place, opened, scenario, _say)
    try:
        _say("starting the roles")
        supervisor.start()
        target = province.target_of(place, keys)
        if files:
            for problem in province.bring(place, files, _say):
                _say(f"not read: {problem}")
        else:
            province.play(place, target, tree, _say)
        sign = supervisor.beat_of(RoleName.WEB)
        address = sign.address if sign else ""
        _tell(place, province.summary(opened), address, province.sign_in_link(place, opened, address))
        if serve:
            if not files:
                province.go_on(place, target, tree, stop)
            beside.start()
            supervisor.run()
    finally:
        stop.set()
        beside.stop()
        supervisor.stop()


def _tell(place: Site, found: Summary, address: str, link: str) -> None:
    from soc.alert import Level
    from socctl.language import language

    words = _WORDS[language()]
    levels = dict(zip(Level, words["levels"].split(), strict=True))
    some = (f"{found.levels[level]} {name.replace('_', ' ')}" for level, name in levels.items() if found.levels[level])
    counts = ", ".join(some)
    typer.echo(words["ready"].format(address=address))
    typer.echo(words["alerts"].format(total=found.total, counts=counts or words["none"]))
    for title in found.titles[:6]:
        typer.echo(f"    - {title}")
    typer.echo(words["rest"].format(link=link, address=address, root=place.data.root))


def _say(text: str) -> None:
    typer.echo(f"demo: {text}", err=True)


_WORDS = {
    "en": {
        "levels": "critical high medium low informational",
        "ready": "ready: {address}",
        "alerts": "  {total} alerts, {counts}",
        "none": "none",
        "rest": """  sign in (once, within 15 minutes): {link}
  look first at: 1. the topmost alert: what matched and why
                 2. take it (t), judge it, close it (c)
                 3. {address}/health: every record received is stored, quarantined or dropped
  simulated data in {root}; Ctrl+C stops everything""",
    },
    "vi": {
        "levels": "nghiêm_trọng cao trung_bình thấp thông_tin",
        "ready": "sẵn sàng: {address}",
        "alerts": "  {total} cảnh báo, {counts}",
        "none": "không có",
        "rest": """  đăng nhập (một lần, trong 15 phút): {link}
  nên xem trước: 1. cảnh báo trên cùng: cái gì khớp và vì sao
                 2. tiếp nhận (t), kết luận, đóng (c)
                 3. {address}/health: mọi bản ghi nhận được đều đã lưu, cách ly hoặc bỏ có đếm
  số liệu mô phỏng ở {root}; Ctrl+C để dừng tất cả""",
    },
}
