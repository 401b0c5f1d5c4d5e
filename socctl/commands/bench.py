"""`socctl bench`."""

from __future__ import annotations

from pathlib import Path

import typer


def bench(
    data: Path = typer.Option(Path("../shared/data"), "--corpora", help="Folder with the corpora's archives"),
    most: int = typer.Option(20_000, help="Events of the Windows corpus, at most"),
) -> None:
    """Measured figures on one core; what has no corpus beside it is left out by name."""
    try:
        from bench import detecting, normalising
    except ImportError:
        typer.echo("socctl bench: the measurements are part of a checkout, not of an installation", err=True)
        raise typer.Exit(2) from None

    typer.echo(normalising.fortigate())
    for archive, measure in (
        ("evtx-dev", lambda folder: [normalising.evtx(folder)]),
        (
            "windows-json-dev",
            lambda folder: detecting.figures(_unpacked(data, "sigma-rules-8eaafff1f"), folder, most=most),
        ),
    ):
        if not (data / f"{archive}.tar.xz").exists():
            typer.echo(f"left out: no {archive}.tar.xz in {data}")
            continue
        for figure in measure(_unpacked(data, archive)):
            typer.echo(figure)


def _unpacked(data: Path, archive: str) -> Path:
    """The archive's folder, unpacked once into the cache of the machine."""
    import tarfile
    import tempfile

    target = Path(tempfile.gettempdir()) / "soc-bench" / archive
    if not target.exists():
        work = target.with_suffix(".tmp")
        with tarfile.open(data / f"{archive}.tar.xz") as packed:
            packed.extractall(work, filter="data")
        work.rename(target)
    return target
