"""What `socctl rules` prints: plain lines from plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from correlator.language.documents import Document, Kind, State
from correlator.language.rule import Rule
from soc.alert import Level

if TYPE_CHECKING:
    from correlator.pack import Pack
    from correlator.sample_run import Report
    from soc.logsource import LogSourceTable

ORDER = (State.LOADED, State.NEEDS_VALUE, State.UNSUPPORTED, State.FAULT, State.SKIPPED)
HEAVY = frozenset({Level.CRITICAL, Level.HIGH})
ELLIPSIS_AFTER = 60


def check_lines(pack: Pack, *, warnings: bool, as_json: bool) -> Iterator[str]:
    """Faults, warnings, what is left out and why; the count of documents last."""
    if as_json:
        yield from _check_json(pack, warnings=warnings)
        return
    yield from (str(fault) for fault in pack.faults)
    if warnings:
        yield from (f"{warning} (warning)" for warning in pack.warnings)
    yield from (f"{path}: stale since {since:%Y-%m-%d %H:%M}" for path, since in pack.stale.items())
    for (state, reason), number in sorted(pack.codes().items(), key=lambda pair: (-pair[1], str(pair[0][1]))):
        if state is not State.FAULT:
            yield f"{state}: {reason}: {number}"
    yield from _texts(pack)
    if pack.muted:
        yield f"muted by correlations: {', '.join(sorted(_name(pack, rule) for rule in pack.muted))}"
    if pack.others:
        yield f"{pack.others:,} not a rule"
    yield totals(pack)


def totals(pack: Pack) -> str:
    """`3,780 read: 3,755 loaded, 25 needs value, ...`."""
    counts = pack.counts()
    return f"{counts.total():,} read: " + ", ".join(f"{counts[state]:,} {state}" for state in ORDER)


def _check_json(pack: Pack, *, warnings: bool) -> Iterator[str]:
    import orjson

    found = [("fault", each) for each in pack.faults]
    found += [("warning", each) for each in pack.warnings] if warnings else []
    for severity, fault in found:
        row = {"severity": severity, "path": fault.path, "line": fault.line, "code": fault.code}
        yield orjson.dumps({**row, "message": fault.message}).decode()
    counts = pack.counts()
    states = {str(state): counts[state] for state in ORDER}
    yield orjson.dumps({"read": counts.total(), **states, "not_a_rule": pack.others}).decode()


def _texts(pack: Pack) -> Iterator[str]:
    """What a rule owes its readers."""
    attributes = [each.content.attributes for each in pack.documents if each.content is not None]
    nameless = sum(each.card.author.startswith("author not") for each in attributes)
    heavy = [each for each in attributes if each.card.level in HEAVY]
    silent = sum(not each.vi.title or not each.vi.meaning for each in heavy)
    if nameless:
        yield f"{nameless:,} without an author"
    if silent:
        yield f"{silent:,} of {len(heavy):,} rules of level high and above without Vietnamese text"


def _name(pack: Pack, rule: str) -> str:
    known = (*(each.attributes for each in pack.rules), *(each.correlation.attributes for each in pack.correlations))
    return next((each.name or each.card.title for each in known if each.card.id == rule), rule)


def listed(pack: Pack, table: LogSourceTable, language: str) -> list[dict[str, Any]]:
    """One row a document that is a rule, a correlation or a filter."""
    return [_row(document, pack, table, language) for document in pack.documents if document.kind is not Kind.OTHER]


def _row(document: Document, pack: Pack, table: LogSourceTable, language: str) -> dict[str, Any]:
    content = document.content
    card = content.attributes.card if content else None
    rule = content if isinstance(content, Rule) else None
    can_match, why = _can_match(document, rule, table, language)
    vietnamese = language == "vi" and card is not None and card.title_vi
    return {
        "id": card.id if card else document.id,
        "title": card.title_vi if card is not None and vietnamese else card.title if card else document.title,
        "level": card.level if card else "",
        "state": document.state,
        "kind": document.kind.name.lower(),
        "logsource": str(rule.logsource) if rule else "",
        "can_match": can_match,
        "why": why,
        "muted": bool(card and card.id in pack.muted),
        "author": card.author if card else "",
        "link": card.link if card else "",
        "file": document.path,
    }


def _can_match(document: Document, rule: Rule | None, table: LogSourceTable, language: str) -> tuple[str, str]:
    if document.state is not State.LOADED:
        return str(document.state), ", ".join(document.reasons) or "; ".join(fault.code for fault in document.faults)
    if rule is None or any(table.routes[name].collected for name in table.routes_for(rule.logsource)):
        return "yes", ""
    reason = table.why_not(rule.logsource)
    text = getattr(reason, language) if reason else f"no route for {rule.logsource}"
    return "not collected yet", str(text)


def list_lines(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> Iterator[str]:
    """A line a row; JSON keeps every key."""
    if as_json:
        import orjson

        yield from (orjson.dumps(row).decode() for row in rows)
        return
    for row in rows:
        title = row["title"] if len(row["title"]) <= ELLIPSIS_AFTER else row["title"][: ELLIPSIS_AFTER - 1] + "…"
        reason = f" ({row['why']})" if row["why"] else ""
        cells = (f"{row['id']:36}", f"{row['level']:13}", f"{title:{ELLIPSIS_AFTER}}", row["logsource"] or row["kind"])
        yield "  ".join((*cells, f"{row['can_match']}{reason}", "muted" if row["muted"] else "")).rstrip()


def explain_lines(
    pack: Pack, wanted: str, language: str, events: Sequence[Mapping[str, Any]], *, taken_as: str
) -> Iterator[str]:
    """Rules by id, name or title ('' for all), in words, then each event's tree."""
    from correlator.explain import correlation_words, form_words
    from correlator.wording import condition_words

    for rule in pack.rules:
        if wanted and wanted not in (*rule.attributes.keys, rule.card.title):
            continue
        yield from _heading(rule, language)
        yield condition_words(rule.detection.tree, language)
        for name, form in rule.detection.selections.items():
            yield f"  {name}:"
            yield from form_words(form, language, 2)
        for event in events:
            yield ""
            yield from _event_lines(pack, rule, event, language, taken_as=taken_as)
    for linked in pack.correlations:
        if not wanted or wanted in (*linked.correlation.attributes.keys, linked.correlation.card.title):
            yield from _heading(linked.correlation, language)
            yield correlation_words(linked, language)


def _heading(rule: Any, language: str) -> Iterator[str]:
    card = rule.card
    title = card.title_vi if language == "vi" and card.title_vi else card.title
    yield f"{title} [{card.level}] {card.id}"
    yield f"{card.author}{f' - {card.link}' if card.link else ''}"
    meaning = card.meaning_vi if language == "vi" else card.meaning_en
    if meaning:
        yield meaning


def _event_lines(pack: Pack, rule: Rule, event: Mapping[str, Any], language: str, *, taken_as: str) -> Iterator[str]:
    from correlator.compile import applies
    from correlator.explain import explain, lines, reader
    from correlator.open_table import EVERYTHING, OpenTable
    from soc.logsource import load_table

    filters = [each for each in pack.filters if applies(each, rule)]
    table = load_table()
    route = str(event.get("soc.route") or table.route_of(event))
    if taken_as == "sigma" or route not in table.routes:
        yield from lines(explain(rule, reader(rule, event, OpenTable(), EVERYTHING), language, filters), language)
        return
    if route not in table.routes_for(rule.logsource):
        sources = ", ".join(map(str, table.routes[route].logsources))
        yield f"{route} ({sources}) is not the log source of this rule: {rule.logsource}"
        return
    yield from lines(explain(rule, reader(rule, event, table, route), language, filters), language)


def sample_lines(report: Report) -> Iterator[str]:
    """Failures with the first test that differs, what is missing, what no sample proves; the count last."""
    yield from (str(failure) for failure in report.failures)
    yield from (f"missing: {line}" for line in report.missing)
    yield from (f"{rule}: no sample decides '{part}'" for rule, part in report.unproved)
    yield f"{report.rules:,} rules, {report.samples:,} samples: {len(report.failures):,} failed"
