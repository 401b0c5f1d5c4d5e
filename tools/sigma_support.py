"""`docs/sigma-support.md`: what of Sigma 2.1.0 is unsupported, and where we differ from pySigma on purpose."""

from __future__ import annotations

from correlator.language.correlation import DONE, CorrelationType
from correlator.language.regex_tables import REFUSED

OTHERS = {
    "array-selector": ("SOC-1142", "`field[any]`, `field[all]`, `field[none]` of Sigma version 3"),
    "correlation-absence": ("SOC-1156", "`not` in the condition of a temporal correlation"),
}

DEVIATIONS = (
    ("`utf16le`; `wide` with non-ASCII text", "works", "unknown; refused"),
    ("contains, startswith, endswith on numbers", "work", "refused"),
    ("`windash` from en dash, em dash or bar; after `cased`", "works; keeps case", "only `-` and `/`; loses `cased`"),
    ("`\\%` in `expand`", "plain percent", "2.0.1 ignores the escape"),
    ("null in a list, `all` on one value, hour 99", "refused", "accepted"),
    ("two operators in a correlation condition", "AND", "refused"),
    ("base64offset on multi-byte text, escaped wildcard in base64, utf16 mark, `notsel`", "right", "wrong in 1.5.1"),
)


def support_text() -> str:
    """The page."""
    rows = [
        "# What is not supported of Sigma",
        "",
        "Made by `make docs`; compared by `make check`.",
        "A rule that needs one of these is counted as `unsupported` by `socctl rules check`, with this name.",
        "",
        "| construct | code | what it is |",
        "|---|---|---|",
    ]
    rows += [f"| {name} | SOC-1121 | {what} |" for name, what in sorted(REFUSED.items())]
    rows += [f"| {name} | {code} | {what} |" for name, (code, what) in sorted(OTHERS.items())]
    types = (kind for kind in CorrelationType if kind not in DONE)
    rows += [f"| {kind} | SOC-1156 | correlation type |" for kind in types]
    rows += ["", "## Where we differ from pySigma", "", "| topic | here | pySigma |", "|---|---|---|"]
    rows += [f"| {' | '.join(row)} |" for row in DEVIATIONS]
    return "\n".join(rows) + "\n"
