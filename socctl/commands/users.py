"""`socctl users list|link|lost-phone`."""

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


@app.command("lost-phone")
def lost_phone(account: str = typer.Argument(..., help="Account whose second step is taken away")) -> None:
    """Takes away a lost second step: all sessions end, and the next sign-in enrols a new phone."""
    from soc.alert import Actor, ActorKind
    from socctl import wiring

    place = wiring.site()
    now = place.clock.now()
    with wiring.state(place).write() as tx:
        found = tx.people.get(account)
        tx.factors.remove(found.account)
        ended = tx.sessions.end_all(found.account)
        tx.care.tell(found.account, "factor_removed", at=now)
        actor = Actor("socctl", ActorKind.SYSTEM)
        tx.audit.append(actor, "factor.remove", found.account, at=now, after={"ended": ended})
    typer.echo(f"{found.account}: the second step is removed, {ended} sessions ended")
