"""`socctl`: one verb, one module of `commands/`, imported only when it is called (help in 0.3 s)."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer

from soc import __version__
from socctl import logs

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "A simulated province (or your files) through the real pipeline"),
    "up": ("up", "Start every role"),
    "run": ("run", "Start one role"),
    "import": ("import_", "EVTX, captures, logs, NDJSON, archives -> the raw log"),
    "normalise": ("normalise", "Lines in, one flat ECS event a line out; nothing is stored"),
    "detect": ("detect", "Run rules over files, offline"),
    "rules": ("rules", "Check, test, list, match and explain rules"),
    "source": ("source", "Who sends"),
    "search": ("search", "Search stored events"),
    "users": ("users", "Accounts and sign-in links"),
    "units": ("units", "Organisation units and their networks"),
    "keys": ("keys", "Keys for senders and programs"),
    "audit": ("audit", "Check the audit chain"),
    "config": ("config", "Check, show and document the settings"),
    "kpi": ("kpi", "Figures of the centre: hand them in, list, export, check"),
    "publisher": ("publisher", "The demo's senders of figures"),
    "tiles": ("tiles", "The security tiles: value, freshness, who is responsible"),
    "report": ("report", "The monthly report: write it, read its figures again"),
    "top": ("top", "Rates, lag, drops, slow rules, open alerts on one screen"),
    "names": ("names", "Write the names that shells complete"),
    "explain": ("explain", "What an error code means and what to do"),
    "bench": ("bench", "Measured figures, as ratios taken in one run"),
}

EXIT_CODES = {
    0: "It was done, and there is nothing to see to",
    1: "It was done, and there is something to see to: a fault in a rule, a file that was read in part, half an answer",
    2: "It could not be done: a faulty setting or argument, a store that does not answer; the message has a code",
}

LOGGING = frozenset(
    {"config", "demo", "up", "run", "publisher", "import", "normalise", "detect", "rules", "report", "bench"}
)

GLOBAL = {"--data": "SOC_DATA", "--config": "SOC_CONFIG", "--lang": "SOC_LANG"}


def main() -> None:
    """The entry point. Exit codes: 0 fine, 1 there is something to see, 2 it could not be done."""
    from soc.errors import SocError

    arguments = take_globals(sys.argv[1:])
    verb = next((word for word in arguments if not word.startswith("-")), None)
    try:
        build(verb)(args=arguments, prog_name="socctl")
    except SocError as error:
        typer.echo(f"socctl: {error}", err=True)
        if not str(error).startswith(error.code) and f" {error.code}: " not in str(error):
            typer.echo(f"        {error.code} - `socctl explain {error.code}`", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output has seen enough; that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def take_globals(arguments: list[str]) -> list[str]:
    """Moves `--data DIR`, `--config FILE` and `--lang L`, wherever they stand, into the environment:
    it ranks above the file, and the roles that we start inherit it."""
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif name in GLOBAL:
            os.environ[GLOBAL[name]] = value if equals else next(words, "")
        else:
            rest.append(word)
    return rest


def build(verb: str | None) -> typer.Typer:
    """The application with one verb loaded, or with all verbs named when none is asked for."""
    app = typer.Typer(
        help="Security operations for a province.",
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    # A second command keeps typer from dropping the verb when only one is loaded.
    names = [verb] if verb in VERBS else list(VERBS)
    for name in names:
        module, text = VERBS[name]
        if name == verb:
            if verb in LOGGING:
                logs.configure()
            _load(app, name, module, text)
        else:
            app.command(name, help=text)(_unloaded)
    if len(names) == 1:
        app.command("version", hidden=True)(_version)
    return app


def _load(app: typer.Typer, name: str, module: str, text: str) -> None:
    loaded = import_module(f"socctl.commands.{module}")
    inner = getattr(loaded, "app", None)
    if isinstance(inner, typer.Typer):
        app.add_typer(inner, name=name, help=text)
    else:
        app.command(name, help=text)(getattr(loaded, module))


def _unloaded() -> None:
    """Stands in the list of `--help`; a verb that is called is loaded by `build`."""


def _version() -> None:
    typer.echo(__version__)


def _install(shell: str) -> None:
    from pathlib import Path

    from soc.config import load
    from socctl.completion import install, script, shell_of

    chosen = os.environ.get("SOC_CONFIG")
    data = Path(load(Path(chosen) if chosen else None).data).absolute()
    path, todo = install(shell_of(shell), script(VERBS, str(data)), Path.home())
    typer.echo(f"{path}\n{todo}" if todo else str(path))


def _root(
    version: bool = typer.Option(False, "--version", help="Print the version", is_eager=True),
    install_completion: str = typer.Option("", help="Write the completion script of a shell: bash, zsh"),
) -> None:
    """Options everywhere: --data DIR, --config FILE, --lang vi|en."""
    if install_completion:
        _install(install_completion)
        raise typer.Exit
    if version:
        typer.echo(__version__)
        raise typer.Exit


if __name__ == "__main__":
    main()
