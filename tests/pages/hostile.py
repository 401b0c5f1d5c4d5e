"""The hostile data set (workspace.md 7): what an attacker writes into every field that a page may show.

Each text carries a mark of its own; a page that runs it, or lets it become markup, sets `window.__ran` or is found by
the walk in test_hostile.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from soc.alert import Alert
from tests.unit.dashboards.life import RULE, an_alert

MARKUP = (
    "<script>window.__ran=1</script>",
    "<img src=x onerror=window.__ran=2>",
    "<svg/onload=window.__ran=3>",
    '"><b data-born="1">x</b>',
    "' onmouseover=window.__ran=4 x='",
    "</textarea><script>window.__ran=5</script>",
    '<div hx-get="/api/v1/alerts" hx-trigger="load" data-born="2">x</div>',
    '<a href="javascript:window.__ran=6" data-born="3">x</a>',
    "<style>*{display:none}</style><!--",
    "<iframe srcdoc='<script>parent.__ran=7</script>'></iframe>",
)
TEMPLATES = ("{{ 7*7 }}", "{% include 'x' %}", "${7*7}", "#{7*7}", "%(name)s", "{user.name}", "{0}")
ADDRESSES = (
    "javascript:window.__ran=8",
    "data:text/html,<script>window.__ran=9</script>",
    "//evil.example/x",
    "\\\\evil\\x",
)
SIGNS = (
    "\u202egpj.exe",
    "a\u2066b\u2069c",
    "zero\u200bwidth",
    "\x00nul\x00",
    "\x1b[31mred\x1b[0m",
    "\ufeffbom",
    "\ud7ff\ue000",
)
LETTERS = ("Nguye\u0302\u0303n Thi\u0323 An", "ＡＢＣ", "раураl.com", "İstanbul", "👨‍👩‍👧")
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1")
LONG = ("x" * 65_536, "dài " * 16_384, "<b>" * 21_845)
OTHERS = ("' OR 1=1 --", "../../etc/passwd", "%00%0d%0aSet-Cookie: a=b", "null", "undefined", "NaN", "-1", "")

TEXTS = (*MARKUP, *TEMPLATES, *ADDRESSES, *SIGNS, *LETTERS, *FORMULAS, *OTHERS)
ALL_OF_IT = " ".join(TEXTS)
FIELDS = (
    *("user.name", "host.name", "url.original", "url.domain", "file.path", "file.name", "process.executable"),
    *("process.command_line", "user_agent.original", "dns.question.name", "message", "event.original"),
)


def hostile_alerts() -> list[Alert]:
    """One alert a few texts, each text in every field; and one that is long everywhere."""
    step = 6
    groups = [TEXTS[place : place + step] for place in range(0, len(TEXTS), step)]
    made = [_alert(f"hostile-{number}", " ".join(group)) for number, group in enumerate(groups)]
    return [*made, *(_alert(f"long-{number}", text) for number, text in enumerate(LONG))]


def _alert(name: str, text: str) -> Alert:
    rule = replace(
        RULE, id=f"rule-{name}", title=text[:300], title_vi=text[:300], author=text[:200], meaning_vi=text[:400]
    )
    sample: dict[str, Any] = {"@timestamp": "2026-11-24T05:00:00.000000Z"} | dict.fromkeys(FIELDS, text)
    return an_alert(
        name,
        rule=rule,
        entities=(("user.name", text[:400]), ("host.name", text[:400]), ("url.domain", text[:200])),
        matched=dict.fromkeys(FIELDS[:6], text) | {text[:90] or "empty": text},
        samples=(sample,),
    )
