"""What a correlation waits for, as a sentence."""

from __future__ import annotations

from correlator.language.correlation import Correlation, CorrelationType
from dashboards.shell.formats import duration
from dashboards.shell.i18n import N_, catalogue

NUMBERS = {
    "gte": N_("at least %(n)s"),
    "gt": N_("more than %(n)s"),
    "lte": N_("at most %(n)s"),
    "lt": N_("fewer than %(n)s"),
    "eq": N_("exactly %(n)s"),
    "neq": N_("any number but %(n)s"),
}
SENTENCES = {
    CorrelationType.EVENT_COUNT: N_("%(count)s matches of %(rules)s within %(time)s"),
    CorrelationType.VALUE_COUNT: N_("%(count)s different %(fields)s in matches of %(rules)s within %(time)s"),
    CorrelationType.TEMPORAL: N_("%(rules)s all match within %(time)s"),
    CorrelationType.TEMPORAL_ORDERED: N_("%(rules)s match in this order within %(time)s"),
}


def waits_for(correlation: Correlation, language: str) -> str:
    """Empty for one that a single sentence does not say."""
    words = catalogue(language).gettext
    sentence = SENTENCES.get(correlation.type)
    if sentence is None or correlation.tree is not None:
        return ""
    ordered = correlation.type is CorrelationType.TEMPORAL_ORDERED
    told = words(sentence) % {
        "count": _counts(correlation, language),
        "fields": ", ".join(correlation.fields),
        "rules": words(N_(", then ")).join(correlation.rules) if ordered else ", ".join(correlation.rules),
        "time": duration(correlation.timespan, translate=words),
    }
    if correlation.group_by:
        told += words(N_(", for each %(fields)s")) % {"fields": ", ".join(correlation.group_by)}
    return told


def _counts(correlation: Correlation, language: str) -> str:
    words = catalogue(language).gettext
    return ", ".join(words(NUMBERS[operator]) % {"n": number} for operator, number in correlation.threshold)
