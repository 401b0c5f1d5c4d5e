"""A life whose board knows a few rules: one ready in two units, one without its field, one without a source."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from correlator.noted import COST
from dashboards.shell.board import RuleBoard
from soc.alert import Status, Verdict
from soc.logsource import LogSource, load_table
from soc.state.source_table import Source
from soc.state.tables.sources import SourceClass, SourceState
from soc.state.watch import RouteSeen
from tests.builders import NOON, a_hit
from tests.unit.dashboards.life import FINANCE, HEALTH, RULE, Life, an_alert

ROUTE = load_table().routes_for(LogSource(product="linux", service="sshd"))[0]
NAME, COLOUR, MAIL, MANY, THEN = (
    f"{str(n) * 8}-{str(n) * 4}-4{str(n) * 3}-8{str(n) * 3}-{str(n) * 12}" for n in range(1, 6)
)
RULES = f"""
title: Bad name
id: {NAME}
name: bad_name
level: low
author: Lê Hải Yến
tags: [attack.credential-access, attack.t1110, cve.2020.1]
license: Apache-2.0
references: [https://example.org]
logsource: {{product: linux, service: sshd}}
detection: {{selection: {{user.name: bad}}, condition: selection}}
vi: {{title: Tên xấu, meaning: Có tên xấu., check: [Xem ai], act: [Khóa]}}
en: {{meaning: A bad name., check: [See who], act: [Lock it]}}
---
title: Bad colour
id: {COLOUR}
level: high
logsource: {{product: linux, service: sshd}}
detection: {{selection: {{shoe.colour: red}}, condition: selection}}
---
title: Bad mail
id: {MAIL}
level: low
logsource: {{product: windows, service: msexchange-management}}
detection: {{selection: {{user.name: bad}}, condition: selection}}
---
title: Many bad names
id: {MANY}
level: critical
correlation: {{type: event_count, rules: [{NAME}], group-by: [user.name], timespan: 10m, condition: {{gte: 3}}}}
---
title: Name, then colour
id: {THEN}
level: high
correlation: {{type: temporal_ordered, rules: [{NAME}, {COLOUR}], timespan: 1h}}
"""


def rule_board(life: Life, folder: Path) -> RuleBoard:
    """The board, not made yet; `folder` gets the rules."""
    folder.mkdir()
    (folder / "rules.yml").write_text(RULES, "utf-8")
    board = RuleBoard(life.state, life.clock, [folder], own=folder)
    settings = replace(life.services.settings, rules=(folder,))
    life.services = replace(life.services, board=board, settings=settings)
    return board


def rule_life(life: Life) -> None:
    """Sources in two units, of which the one of the health department is silent; hits, judged alerts, measured cost."""
    day = NOON.date()
    seen = frozenset({"user.name"})
    hours = timedelta(hours=3)
    card = replace(RULE, id=NAME, title="Bad name")
    judged = (Verdict.TRUE_POSITIVE, Verdict.FALSE_POSITIVE, Verdict.BENIGN_TRUE, Verdict.TRUE_POSITIVE)
    with life.state.write() as tx:
        for name, unit, quiet in (("fin", FINANCE, timedelta(0)), ("med", HEALTH, hours)):
            made = Source(name, name, NOON, unit=unit, state=SourceState.ACTIVE, kind=SourceClass.SERVER)
            tx.sources.add(made)
            tx.sources.saw({name: NOON - quiet})
        tx.watch.note_routes([RouteSeen("fin", FINANCE, ROUTE, day, seen), RouteSeen("med", HEALTH, ROUTE, day, seen)])
        tx.hits.add([a_hit("new", rule=card, unit=FINANCE, at=NOON), a_hit("med", rule=card, unit=HEALTH, at=NOON)])
        tx.hits.add([a_hit("old", rule=card, unit=FINANCE, at=NOON - timedelta(days=9))])
        tx.facts.put(COST, {"events": 4, "rules": {NAME: 8_000}}, at=NOON)
    life.raise_alerts(
        an_alert(
            f"j{n}",
            rule=card,
            status=Status.CLOSED,
            verdict=verdict,
            reason="rule_logic" if verdict is Verdict.FALSE_POSITIVE else None,
        )
        for n, verdict in enumerate(judged)
    )
