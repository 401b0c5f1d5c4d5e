"""`socctl config check|show|reference`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from soc.errors import Fault
    from soc.settings import Settings

app = typer.Typer(help="Check, show and document the settings", no_args_is_help=True)


def _path() -> Path | None:
    chosen = os.environ.get("SOC_CONFIG")
    return Path(chosen) if chosen else None


@app.command()
def check(file: Path | None = typer.Argument(None, help="Settings file; default ./soc.toml or --config")) -> None:
    """Every fault of the settings and of the files they name: units, rules, mappings of the site."""
    from soc.config import load
    from soc.errors import ConfigError

    try:
        settings = load(file or _path())
    except ConfigError as error:
        typer.echo(str(error))
        raise typer.Exit(2) from None
    found = [str(fault) for fault in _faults_of_files(settings)]
    for fault in found:
        typer.echo(fault)
    if found:
        raise typer.Exit(2)
    typer.echo("settings, units, rules and mappings: no faults")


def _faults_of_files(settings: Settings) -> Iterator[Fault]:
    from collectors.registry import use_site
    from correlator.pack import Pack
    from reports.kpi.province import read_province
    from soc.errors import Fault, FaultsError
    from soc.paths import DataDir
    from soc.state.units import read_units
    from socctl.wiring import profile_name

    units, profile = settings.organisation.units, profile_name(settings)
    if units and not Path(units).exists():
        yield Fault(units, 0, "SOC-1335", "no such file - correct organisation.units")
    else:
        try:
            if profile:
                read_province(profile, Path(units) if units else None)
            else:
                read_units(Path(units))
        except FaultsError as error:
            yield from error.faults
    yield from Pack([Path(path) for path in settings.rules.paths], site=settings.rules.placeholders).faults
    try:
        use_site(DataDir(Path(settings.data)).mappings)
    except FaultsError as error:
        yield from error.faults


@app.command()
def show(
    origin: bool = typer.Option(False, "--origin", help="Also where each value came from"),
) -> None:
    """Every setting with its value."""
    from soc.config import origins

    for name, value, source in origins(_path()):
        typer.echo(f"{name} = {value!r}" + (f"    # {source}" if origin else ""))


@app.command()
def reference() -> None:
    """The reference of all settings, as docs/configuration.md holds it."""
    typer.echo(reference_text(), nl=False)


def reference_text() -> str:
    """Markdown made from the settings themselves."""
    from soc.config import PREFIX
    from soc.settings import FileInput, Settings

    lines = [
        "# Settings",
        "",
        "Made by `socctl config reference`; compared by `make check`.",
        "Order: default < `soc.toml` < environment < command line.",
        "",
        "| setting | default | environment | meaning |",
        "|---|---|---|---|",
    ]
    for name, field in _fields(Settings):
        if name == "intake.files":
            inner = ", ".join(f"`{key}` ({item.description})" for key, item in FileInput.model_fields.items())
            lines.append(f"| `[[intake.files]]` | none | - | {field.description}: {inner} |")
        else:
            variable = PREFIX + name.upper().replace(".", "__")
            lines.append(f"| `{name}` | `{_toml(field.default)}` | `{variable}` | {field.description} |")
    return "\n".join(lines) + "\n"


def _fields(model: Any, prefix: str = "") -> list[tuple[str, Any]]:
    from pydantic import BaseModel

    rows: list[tuple[str, Any]] = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            rows += _fields(inner, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", field))
    return rows


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(list(value) if isinstance(value, tuple) else value)
