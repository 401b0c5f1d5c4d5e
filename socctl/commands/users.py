"""`socctl users list|link`."""

from __future__ import annotations

import typer

app = typer.Typer(help="Accounts and sign-in links", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Every account with its state, roles and last sign-in."""
    from socctl import wiring

    with wiring.state(wiring.site()).read() as tx:
        for person in tx.people.all():
            last = person.last_sign_in.isoformat(timespec="seconds") if person.last_sign_in else "never"
            typer.echo(f"{person.account}\t{person.state}\t{last}\t{person.name}")


@app.command()
def link(
    account: str | None = typer.Argument(None, help="Account to sign in; without it the link makes a new one"),
) -> None:
    """A sign-in link that works once, for 15 minutes."""
    from socctl import beat, wiring
    from socctl.first import write_private

    place = wiring.site()
    web = beat.read(place.data.beat("web"))
    address = web.address if web else "http://127.0.0.1:8080"
    with wiring.state(place).write() as tx:
        if account is not None:
            tx.people.get(account)
        token = tx.links.make(at=place.clock.now(), account=account)
    url = f"{address}/set-up/{token}"
    write_private(place, url)
    typer.echo(url)
