"""`socctl explain CODE`."""

from __future__ import annotations

import typer

from socctl.language import language


def explain(code: str = typer.Argument(help="A code such as SOC-1001")) -> None:
    """What an error code means, its usual cause, and what to do."""
    from difflib import get_close_matches

    from soc.codes import explanations

    table = explanations()
    wanted = code.upper()
    if wanted not in table:
        # Close in spelling, then of the same family: the first digits say which part speaks.
        close = get_close_matches(wanted, table, n=len(table), cutoff=0.6)
        near = sorted(close, key=lambda known: [a != b for a, b in zip(known, wanted, strict=False)])[:3]
        typer.echo(
            f"socctl explain: no code '{code}'" + (f" - did you mean {', '.join(near)}?" if near else ""), err=True
        )
        raise typer.Exit(2)
    texts = table[wanted][language()]
    labels = ("Nghĩa", "Nguyên nhân", "Cần làm") if language() == "vi" else ("Meaning", "Cause", "What to do")
    typer.echo(wanted)
    for label, text in zip(labels, (texts.meaning, texts.cause, texts.fix), strict=True):
        typer.echo(f"  {label}: {text}")
