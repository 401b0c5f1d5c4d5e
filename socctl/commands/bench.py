"""`socctl bench`."""

from __future__ import annotations

from pathlib import Path

import typer


def bench(
    data: Path = typer.Option(Path("../shared/data"), "--corpora", help="Folder with the corpora's archives"),
    most: int = typer.Option(60_000, help="Events of the Windows corpus, at most"),
    alerts: int = typer.Option(0, min=0, help="Also ask the queue's questions over so many alerts"),
    pages: bool = typer.Option(
        False, "--pages", help="Only the pages, asked of the running system under load; SOC_PROOF=1: a million alerts"
    ),
) -> None:
    """Measured figures on one core; what has no corpus beside it is left out by name."""
    try:
        from bench import detecting, normalising
    except ImportError:
        typer.echo("socctl bench: the measurements are part of a checkout, not of an installation", err=True)
        raise typer.Exit(2) from None

    if pages:
        _pages()
        return
    typer.echo(normalising.fortigate())
    if evtx := _corpus(data, "evtx-dev"):
        typer.echo(normalising.evtx(evtx))
    rules, events = _corpus(data, "sigma-rules-8eaafff1f"), _corpus(data, "windows-json-dev")
    if rules and events:
        for figure in detecting.figures(rules, events, most=most):
            typer.echo(figure)
    if alerts:
        _queue(alerts)


def _queue(alerts: int) -> None:
    import tempfile

    from bench import queue

    timings = queue.measured(Path(tempfile.gettempdir()) / "soc-bench" / f"alerts-{alerts}", alerts=alerts)
    for timing in sorted(timings, key=lambda each: each.worst, reverse=True)[:20]:
        typer.echo(timing)
    typer.echo(f"{len(timings)} questions, p95 {queue.p95(timings):.0f} ms (bar: <= 300 ms)")


def _pages() -> None:
    import os
    import tempfile

    from bench.pages import SMALL, Size, measured, report

    size = Size() if os.environ.get("SOC_PROOF") else SMALL
    place = Path(tempfile.gettempdir()) / "soc-bench" / f"pages-{size.alerts}"
    for line in report(measured(place, size)):
        typer.echo(line)


def _corpus(data: Path, archive: str) -> Path | None:
    if (data / f"{archive}.tar.xz").exists():
        return _unpacked(data, archive)
    typer.echo(f"left out: no {archive}.tar.xz in {data}")
    return None


def _unpacked(data: Path, archive: str) -> Path:
    """The archive's folder, unpacked once into the cache of the machine."""
    import tarfile
    import tempfile

    target = Path(tempfile.gettempdir()) / "soc-bench" / archive
    if not target.exists():
        work = target.with_suffix(".tmp")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(data / f"{archive}.tar.xz") as packed:
            packed.extractall(work, filter="data")
        work.rename(target)
    return target
