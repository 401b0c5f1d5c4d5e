"""`socctl top`: one screen of 80 x 24, rates from two looks, nothing hidden that failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from soc.alert import Level
from soc.state.accounting import LedgerRow
from socctl.screen import HEIGHT, WIDTH, Look, Loop, _most, _slowest, lines
from tests.builders import NOON

LOOK = Look(
    NOON,
    tuple(Loop(name, "ok", 1234.5, 7, 0.25, 80) for name in ("receive", "normalise", "keep", "detect", "web")),
    LedgerRow("all", received=1_000_000, stored=999_990, quarantined={"all": 4}, dropped={"all": 6}),
    {Level.CRITICAL: 3, Level.LOW: 2},
    tuple((f"rule-{n}" * 12, 900.0 - n) for n in range(5)),
    (("fw", 12),),
)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_screen_is_eighty_by_twenty_four(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setenv("SOC_LANG", language)
    full = replace(LOOK, failures=("x" * 200,) * 9, drops=tuple((f"s{n}", n) for n in range(1, 20)))
    shown = lines(full)
    assert len(shown) <= HEIGHT
    assert max(len(line) for line in shown) <= WIDTH


def test_the_books_and_the_open_alerts_stand_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOC_LANG", "en")
    text = "\n".join(lines(LOOK))
    assert "received 1,000,000 = stored 999,990 + quarantined 4 + dropped 6 + in flight 0" in text.replace("\n", " ")
    assert "open alerts 5: critical 3, low 2" in text
    assert "1,234.5" in text


def test_what_is_not_known_is_not_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOC_LANG", "en")
    quiet = replace(
        LOOK, loops=(Loop("detect", "never", None, 0, None, 0),), slow=(), drops=(), failures=("keep: full",)
    )
    text = "\n".join(lines(quiet))
    assert "never seen" in text
    assert "not measured yet" in text
    assert "! keep: full" in text


def test_the_slowest_rules_come_from_what_detect_measured() -> None:
    assert _slowest({"events": 10, "rules": {"a": 50, "b": 900}}) == (("b", 90.0), ("a", 5.0))
    assert _slowest(None) == ()
    assert _slowest({"events": 0}) == ()
    assert _most([("a", 0), ("b", 3)]) == (("b", 3),)


def test_the_look_of_a_site_that_never_ran(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from socctl import wiring
    from socctl.commands.top import top

    monkeypatch.setenv("SOC_DATA", str(tmp_path))
    said: list[str] = []
    monkeypatch.setattr("typer.echo", said.append)
    monkeypatch.setattr("time.sleep", lambda _: None)
    top(interval=0.5, once=True)
    assert any("receive" in line for line in said)
    assert wiring.site().clock.now() - NOON > timedelta(days=-36500)
