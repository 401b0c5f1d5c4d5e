"""The bytes of a batch become drafts of observations: strict JSON, no key twice, at most 12 deep, no float as a value.

What a draft could not read is None and has its fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from reports.kpi.contract import (
    DEEPEST,
    GATEWAY,
    MOST_BYTES,
    MOST_ITEMS,
    MOST_UNKNOWN,
    NOTES,
    OBSERVATION,
    PERIOD_FORMAT,
    SCHEMA,
    SENDER,
    ULID_OR_UUID,
    Batch,
    BatchRefused,
    Draft,
    Method,
)
from reports.kpi.fields import Field, FloatText, Moment, Shape, Twice, Words, Wrong
from reports.kpi.secrecy import is_state_secret
from soc.period import Period, PeriodType, realtime
from soc.state.types import canonical

LONGEST_INTEGER = 18
PLAIN = re.compile(r"[A-Za-z0-9_]{1,40}")
"""A name of a field that a receipt may repeat: no address, no account, no sentence."""
IDS = frozenset({"observation_id", "supersedes"})
STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
BRACKET = re.compile(r"[\[\]{}]")


def read_batch(raw: bytes) -> Batch:
    """Raises BatchRefused when the envelope is not in order; faults of items stay with the items."""
    document = _document(raw)
    if document.get("schema") != SCHEMA:
        raise BatchRefused(f"'schema' must be {SCHEMA!r}")
    envelope = _envelope(document)
    items = document.get("observations")
    if not isinstance(items, list) or not items:
        raise BatchRefused("'observations' must be a list with at least one item")
    if len(items) > MOST_ITEMS:
        raise BatchRefused(f"{len(items)} observations, at most {MOST_ITEMS} in a batch", status=413, code="SOC-1951")
    unknown = tuple(f"/{name if PLAIN.fullmatch(name) else '?'}" for name in document if name not in _ENVELOPE)
    return Batch(
        **envelope,
        content=_content(document),
        drafts=tuple(draft_of(item, index) for index, item in enumerate(items)),
        unknown=unknown[:MOST_UNKNOWN],
    )


_ENVELOPE = frozenset({"schema", "batch_id", "sent_at", "sender", "gateway", "observations", "signature"})


def _content(document: dict[str, Any]) -> str:
    """What makes a batch the same one: when it was sent and what gateways wrote on it do not."""
    return sha256(canonical({name: one for name, one in document.items() if name not in _ON_THE_WAY})).hexdigest()


_ON_THE_WAY = frozenset({"sent_at", "gateway", "signature"})


def _envelope(document: dict[str, Any]) -> dict[str, Any]:
    try:
        batch_id = Words(80, ULID_OR_UUID).read(document.get("batch_id"))
        sent_at = Moment().read(document.get("sent_at"))
    except Wrong as error:
        raise BatchRefused(f"'batch_id' (ULID or UUID) or 'sent_at': {error.text.en}") from None
    sender = _part(document, "sender", SENDER)
    gateway = _part(document, "gateway", GATEWAY) if document.get("gateway") is not None else {}
    if is_state_secret(_texts([sender, gateway])):
        raise BatchRefused("the envelope carries the mark of a state secret: this system takes none")
    unit, contact = sender.get("unit_id") or "", sender.get("contact") or ""
    named = {"id": batch_id, "sent_at": sent_at, "system": sender["system"], "unit": unit, "contact": contact}
    return named | {"gateway": gateway}


def _part(document: dict[str, Any], name: str, shape: Shape) -> dict[str, Any]:
    draft = Draft(-1)
    found = _read(shape, document.get(name), "", draft)
    if draft.rejected:
        told = "; ".join(f"{fault.pointer.removeprefix('/observations/-1')} {fault.text.en}" for fault in draft.faults)
        raise BatchRefused(f"'{name}': {told.strip()}")
    return found


def _document(raw: bytes) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise BatchRefused(f"the batch is larger than {MOST_BYTES} bytes", status=413, code="SOC-1951")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BatchRefused(f"not UTF-8 at byte {error.start}") from None
    _check_depth(text)
    try:
        document = json.loads(
            text, object_pairs_hook=_object, parse_float=FloatText, parse_int=_integer, parse_constant=_no_constant
        )
        canonical(document)
    except (ValueError, TypeError) as error:
        # orjson refuses halves of surrogate pairs, which Python's reader lets through.
        raise BatchRefused(f"not JSON: {str(error)[:200]}") from None
    if not isinstance(document, dict):
        raise BatchRefused("a batch is a JSON object")
    if isinstance(document, Twice):
        raise BatchRefused(f"the key {document.key[:80]!r} stands twice")
    return document


def _check_depth(text: str) -> None:
    depth = deepest = 0
    for found in BRACKET.finditer(STRING.sub("", text)):
        depth += 1 if found[0] in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise BatchRefused(f"nested {deepest} deep; {DEEPEST} is the most")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = Twice(found)
    seen: set[str] = set()
    twice.key = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return twice


def _integer(text: str) -> int | FloatText:
    return int(text) if len(text) <= LONGEST_INTEGER else FloatText(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def draft_of(item: Any, index: int) -> Draft:
    """One item, all its faults of form."""
    draft = Draft(index)
    found = _read(OBSERVATION, item, "", draft)
    if not found:
        return draft
    draft.texts = tuple(_texts({name: one for name, one in item.items() if name not in IDS}))
    plain = ("definition_version", "definition"), ("observation_id", "id"), ("kpi_id", "kpi"), ("unit_id", "unit")
    for name, attribute in (*plain, *((name, name) for name in _SAME)):
        if name in found:
            setattr(draft, attribute, found[name])
    _take_dimensions(draft, item, found)
    _take_period(draft, found.get("period"))
    if draft.has("KPI-E-SCHEMA", "/cumulative"):
        draft.cumulative = None
    draft.note = {name: found[name] for name in (*NOTES, "external_codes") if found.get(name)}
    if draft.supersedes is not None:
        draft.note["supersedes"] = draft.supersedes
    provenance = found.get("provenance") or {}
    draft.origin = tuple(provenance.get("origin") or ())
    draft.method = provenance.get("method") or Method.AUTOMATIC
    return draft


_SAME = (
    *("cumulative", "value", "numerator", "denominator", "status", "revision"),
    *("supersedes", "restatement", "reason", "sensitivity"),
)


def _take_dimensions(draft: Draft, item: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    if "dimensions" in found:
        draft.dimensions = tuple(sorted(found["dimensions"].items()))
    elif item.get("dimensions") is not None:
        draft.dimensions = None


def _take_period(draft: Draft, period: Mapping[str, Any] | None) -> None:
    """The dates as they stand; whether they form that period is asked later."""
    kind = (period or {}).get("type")
    if period is None or kind is None:
        return
    draft.label = period.get("label")
    start, end, at = period.get("start"), period.get("end"), period.get("at")
    if kind is PeriodType.REALTIME:
        _take_instant(draft, at, start, end)
    elif at is not None:
        vi, en = "chỉ số liệu thời gian thực có 'at'", "only a realtime figure has 'at'"
        draft.add(PERIOD_FORMAT, "/period/at", vi, en)
    elif start is not None and end is not None:
        draft.period = Period(kind, start, end)
    elif not draft.has(PERIOD_FORMAT, "/start") and not draft.has(PERIOD_FORMAT, "/end"):
        draft.add(PERIOD_FORMAT, "/period", "thiếu 'start' hoặc 'end'", "'start' or 'end' is missing")


def _take_instant(draft: Draft, at: Any, start: Any, end: Any) -> None:
    if at is None:
        if not draft.has(PERIOD_FORMAT, "/at"):
            draft.add(PERIOD_FORMAT, "/period", "số liệu thời gian thực cần 'at'", "a realtime figure needs 'at'")
        return
    period = realtime(at)
    if start not in (None, period.start) or end not in (None, period.end):
        draft.add(
            PERIOD_FORMAT,
            "/period",
            "'start', 'end' không phải ngày của 'at'",
            "'start', 'end' are not the day of 'at'",
        )
        return
    draft.period = period


def _read(shape: Shape, value: Any, where: str, draft: Draft) -> dict[str, Any]:
    """What could be read of an object; the rest are faults."""
    if not isinstance(value, dict):
        draft.add("KPI-E-SCHEMA", where, "phải là đối tượng JSON", "must be a JSON object")
        return {}
    _tell_twice(value, where, draft)
    found: dict[str, Any] = {}
    for one in shape.fields:
        given, place = value.get(one.name), f"{where}/{one.name}"
        if given is not None:
            _read_field(one, given, place, draft, found)
        elif one.required:
            draft.add("KPI-E-SCHEMA", place, "thiếu trường bắt buộc", "is required")
    for name in value.keys() - shape.names:
        _tell_unknown(draft, f"{where}/{_step(name)}")
    return found


def _read_field(one: Field, given: Any, place: str, draft: Draft, found: dict[str, Any]) -> None:
    if isinstance(one.kind, Shape):
        found[one.name] = _read(one.kind, given, place, draft)
        return
    _tell_twice(given, place, draft)
    try:
        read = one.kind.read(given)
    except Wrong as wrong:
        draft.add(wrong.code, place, wrong.text.vi, wrong.text.en)
    else:
        found[one.name] = given if one.raw else read


def _tell_twice(value: Any, place: str, draft: Draft) -> None:
    if isinstance(value, Twice):
        key = repr(value.key[:80])
        draft.add("KPI-E-SCHEMA", place, f"khóa {key} xuất hiện hai lần", f"the key {key} stands twice")


def _tell_unknown(draft: Draft, where: str) -> None:
    if sum(fault.code == "KPI-I-UNKNOWN-FIELD" for fault in draft.faults) < MOST_UNKNOWN:
        draft.add("KPI-I-UNKNOWN-FIELD", where, "trường không có trong hợp đồng, đã bỏ qua", "unknown field, ignored")


def _step(name: str) -> str:
    """A key as a step of a JSON pointer, short and printable."""
    text = "".join(char if char.isprintable() else "?" for char in name[:80])
    return text.replace("~", "~0").replace("/", "~1")


def _texts(value: Any) -> Iterator[str]:
    """Every text in an item, keys of maps too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
