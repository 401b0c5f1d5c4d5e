"""What is proposed at the cursor: fields by label and name, values by how often they came, operators, words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dashboards.hunt.field_labels import FIELD_LABELS
from dashboards.hunt.index import Sample
from dashboards.shell.hostile import plain
from soc.access import Scope
from soc.query import complete
from soc.query.complete import Part, Place, fits, place_at, written
from soc.query.fields import names_of

MOST = 12


@dataclass(frozen=True, slots=True)
class Proposal:
    """`insert` replaces the text from `start` to `end`; `label` and `note` are shown, never read as markup."""

    insert: str
    label: str
    note: str
    kind: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """`ready` False: no sample of values has been taken yet."""

    place: Place
    items: tuple[Proposal, ...]
    ready: bool


def proposals(text: str, at: int, sample: Sample, scope: Scope, translate: Callable[[str], str]) -> Proposals:
    """At most twelve, best first."""
    place = place_at(text, at)
    if place.part is Part.VALUE:
        items = _values(place, sample, scope)
    elif place.part is Part.OPERATOR:
        items = (Proposal(sign, sign, "", "operator") for sign in complete.operators_of(place.field))
    else:
        items = (*_fields(place, sample, scope, translate), *_joins(text, place))
    return Proposals(place, tuple(items)[:MOST], sample.at is not None)


def _fields(place: Place, sample: Sample, scope: Scope, translate: Callable[[str], str]) -> Iterable[Proposal]:
    """What events carry comes first, then what the table knows; a name that nobody uses still can be asked."""
    seen = sample.names(scope)
    ranked = []
    for name in dict.fromkeys((*FIELD_LABELS, *complete.field_names(), *seen)):
        label = translate(FIELD_LABELS[name]) if name in FIELD_LABELS else ""
        fit = fits(place.typed, name, label)
        if fit and names_of(name):
            ranked.append((-fit, name not in FIELD_LABELS, -seen[name], name, label))
    return (Proposal(f"{name}:", name, label, "field") for *_, name, label in sorted(ranked)[: MOST - 3])


def _values(place: Place, sample: Sample, scope: Scope) -> Iterable[Proposal]:
    counts = sum((sample.top(name, scope) for name in names_of(place.field)), start=type(sample.top("", scope))())
    for value in complete.allowed_values(place.field):
        counts.setdefault(value, 0)
    found = ((fits(place.typed, value), n, value) for value, n in counts.items())
    ranked = sorted(((-fit, -n, value) for fit, n, value in found if fit))
    return (Proposal(f"{written(value)} ", plain(value, 80), str(-n) if n else "", "value") for _, n, value in ranked)


def _joins(text: str, place: Place) -> Iterable[Proposal]:
    found = (word for word in complete.joins(text, place.start) if word.startswith(place.typed.lower()))
    return (Proposal(f"{word} ", word, "", "word") for word in found)
