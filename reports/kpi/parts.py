"""What catalogue and profile share when they are read: codes, words in both languages, freshness rules, tiles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from reports.kpi.definitions import Dimension, FreshnessRule, Headline
from reports.wording import EMPTY, Text
from soc.document import Faults, Node
from soc.errors import CatalogueError

UNKNOWN_WORD = "SOC-1960"
WRONG_FORM = "SOC-1961"
UNKNOWN_ID = "SOC-1962"
CONTRADICTION = "SOC-1963"
TWICE = "SOC-1964"
NO_FILE = "SOC-1966"

FRESHNESS = frozenset({"due_by_local", "max_age", "working_days", "grace", "grace_working_days"})
HEADLINE = frozenset({"kpi", "where", "title_vi", "title_en", "good", "watch"})


def faults_of(path: Path) -> Faults:
    return Faults(str(path), UNKNOWN_WORD, WRONG_FORM, CatalogueError)


def text_of(path: Path, faults: Faults) -> str:
    """The file's text; raises CatalogueError."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        faults.add(0, NO_FILE, "no such file - correct the name in the profile or in organisation.profile")
    except OSError as error:
        faults.add(0, NO_FILE, f"cannot be read: {error.strerror} - check name and rights")
    except UnicodeDecodeError as error:
        faults.add(0, WRONG_FORM, f"not UTF-8 at byte {error.start} - save it as UTF-8")
    raise CatalogueError(faults.found)


def said(entry: Mapping[str, Node], name: str, default: str = "") -> str:
    return entry[name].text() if name in entry else default


def nodes(entry: Mapping[str, Node], name: str) -> Iterable[Node]:
    return entry[name].nodes() if name in entry else ()


def pairs(entry: Mapping[str, Node], name: str) -> Iterable[tuple[str, Node]]:
    return entry[name].items().items() if name in entry else ()


def words(entry: Mapping[str, Node], name: str) -> Text:
    """`NAME_vi` and `NAME_en`; the Vietnamese one where there is no English."""
    vi = said(entry, f"{name}_vi")
    return Text(vi, said(entry, f"{name}_en", vi))


def both(node: Node, what: str) -> Text:
    """A map of `vi` and `en`."""
    entry = node.only(what, frozenset({"vi", "en"}), ("vi", "en"))
    return Text(said(entry, "vi"), said(entry, "en"))


def freshness(node: Node) -> FreshnessRule:
    entry = node.only("freshness", FRESHNESS)
    return FreshnessRule(
        due_by=entry["due_by_local"].clock() if "due_by_local" in entry else None,
        max_age=entry["max_age"].duration() if "max_age" in entry else None,
        working_days=entry["working_days"].number() if "working_days" in entry else None,
        grace=entry["grace"].duration() if "grace" in entry else None,
        grace_days=entry["grace_working_days"].number() if "grace_working_days" in entry else None,
    )


def headline(node: Node, kpis: Collection[str], dimensions: Mapping[str, Dimension]) -> Headline:
    """A tile: the id of a KPI, or a map with the part of it that is meant."""
    if isinstance(node.value, str):
        return Headline(known(node, "KPI", kpis))
    entry = node.only("a tile", HEADLINE, ("kpi",))
    return Headline(
        known(entry["kpi"], "KPI", kpis) if "kpi" in entry else "",
        tuple(where(entry["where"], dimensions)) if "where" in entry else (),
        words(entry, "title") if "title_vi" in entry else EMPTY,
        entry["good"].decimal() if "good" in entry else None,
        entry["watch"].decimal() if "watch" in entry else None,
    )


def where(node: Node, dimensions: Mapping[str, Dimension]) -> Iterator[tuple[str, str]]:
    """A part of a breakdown, sorted by dimension."""
    for name, value in sorted(node.items().items(), key=lambda pair: pair[0]):
        if name not in dimensions:
            node.faults.unknown(value.line, "dimension", name, dimensions, code=UNKNOWN_ID)
        elif dimensions[name].listed:
            known(value, f"value of {name}", dimensions[name].values)
        yield name, value.text()


def known(node: Node, what: str, names: Iterable[str]) -> str:
    """The id, with a fault when there is none of that name."""
    name = node.text()
    if name not in names:
        node.faults.unknown(node.line, what, name, names, code=UNKNOWN_ID)
    return name
