"""Kinds of fields of the contract: each reads a JSON value or says what is wrong, and knows its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from unicodedata import normalize

from reports.wording import Text

LONGEST_TEXT = 2_000
MOST_ENTRIES = 50
YEARS = range(1990, 2101)

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,6})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


class FloatText(str):
    """A JSON number that is no integer: its text is kept, so that it can be named, and is never a value."""

    __slots__ = ()


class Twice(dict[str, Any]):
    """An object in which a key stands twice; `key` is the first of them. Readers differ in which one counts."""

    key = ""


class Wrong(Exception):
    """A value that its field cannot take."""

    def __init__(self, vi: str, en: str, code: str = "KPI-E-SCHEMA") -> None:
        super().__init__(en)
        self.text = Text(vi, en)
        self.code = code


class Kind(Protocol):
    """What a field may hold."""

    def read(self, value: Any) -> Any:
        """The value as we keep it. Raises Wrong."""

    @property
    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Text, at most `most` characters, without control characters; kept in NFC. `form`: what it must look like."""

    most: int = LONGEST_TEXT
    form: re.Pattern[str] | None = None

    def read(self, value: Any) -> str:
        if type(value) is not str:
            raise Wrong("phải là chuỗi ký tự", "must be a string")
        if len(value) > self.most:
            raise Wrong(
                f"dài {len(value)} ký tự, tối đa {self.most}", f"has {len(value)} characters, at most {self.most}"
            )
        if not value.isprintable() and any(ord(char) < 32 and char not in "\n\t" for char in value):
            raise Wrong("có ký tự điều khiển", "holds control characters")
        text = value if value.isascii() else normalize("NFC", value)
        if self.form is not None and not self.form.fullmatch(text):
            raise Wrong(f"{_shown(text)} không đúng dạng", f"{_shown(text)} does not have the form it needs")
        return text

    @property
    def schema(self) -> dict[str, Any]:
        more = {"pattern": f"^(?:{self.form.pattern})$"} if self.form else {}
        return {"type": "string", "maxLength": self.most, **more}


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal string. `whole`: JSON integers are taken as well."""

    whole: bool = False

    def read(self, value: Any) -> Decimal:
        if self.whole and type(value) is int and abs(value) < 10**18:
            return Decimal(value)
        if type(value) is not str or not NUMBER.fullmatch(value):
            said = _shown(value)
            raise Wrong(
                f'{said} không phải số thập phân dạng chuỗi như "96.4" (không số thực JSON, không dấu phẩy)',
                f'{said} is no decimal string such as "96.4" (no JSON float, no comma)',
                "KPI-E-NUMBER",
            )
        return Decimal(value)

    @property
    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "pattern": f"^{NUMBER.pattern}$"}
        return (
            {"anyOf": [text, {"type": "integer", "minimum": 1 - 10**18, "maximum": 10**18 - 1}]} if self.whole else text
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """A JSON integer from 0 on."""

    most: int = 10**9

    def read(self, value: Any) -> int:
        if type(value) is not int or not 0 <= value <= self.most:
            raise Wrong("phải là số nguyên từ 0", "must be an integer from 0 on")
        return value

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A local day."""

    def read(self, value: Any) -> date:
        try:
            found = date.fromisoformat(value) if type(value) is str and DAY.fullmatch(value) else None
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            said = _shown(value)
            raise Wrong(f"{said} không phải ngày dạng 2026-11-14", f"{said} is no day such as 2026-11-14", _PERIOD)
        return found

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": f"^{DAY.pattern}$"}


_PERIOD = "KPI-E-PERIOD-FORMAT"


@dataclass(frozen=True, slots=True)
class Moment:
    """RFC 3339 with an offset; kept in UTC."""

    code: str = "KPI-E-SCHEMA"

    def read(self, value: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value) if type(value) is str and TIME.fullmatch(value) else None
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            raise Wrong(
                f"{_shown(value)} không phải thời điểm có múi giờ như 2026-11-15T08:00:03+07:00",
                f"{_shown(value)} is no time with an offset such as 2026-11-15T08:00:03+07:00",
                self.code,
            )
        return found.astimezone(UTC)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": f"^{TIME.pattern}$"}


@dataclass(frozen=True, slots=True)
class OneOf:
    """A closed set of words."""

    of: type[StrEnum]
    code: str = "KPI-E-SCHEMA"

    def read(self, value: Any) -> StrEnum:
        try:
            return self.of(value) if type(value) is str else self.of("?")
        except ValueError:
            known, said = ", ".join(self.of), _shown(value)
            raise Wrong(f"{said} không thuộc: {known}", f"{said} is none of: {known}", self.code) from None

    @property
    def schema(self) -> dict[str, Any]:
        return {"enum": [str(one) for one in self.of]}


@dataclass(frozen=True, slots=True)
class Names:
    """A map of names to short texts. `most`: entries."""

    most: int = MOST_ENTRIES
    form: re.Pattern[str] | None = None
    code: str = "KPI-E-SCHEMA"

    def read(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or len(value) > self.most:
            text = f"phải là đối tượng có tối đa {self.most} mục", f"must be an object of at most {self.most} entries"
            raise Wrong(*text, self.code)
        kind = Words(200, self.form)
        try:
            return {kind.read(name): kind.read(one) for name, one in value.items()}
        except Wrong as error:
            raise Wrong(error.text.vi, error.text.en, self.code) from None

    @property
    def schema(self) -> dict[str, Any]:
        words = Words(200, self.form).schema
        return {"type": "object", "maxProperties": self.most, "propertyNames": words, "additionalProperties": words}


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts."""

    most: int = MOST_ENTRIES

    def read(self, value: Any) -> list[str]:
        if not isinstance(value, list) or len(value) > self.most:
            text = f"phải là danh sách có tối đa {self.most} mục", f"must be a list of at most {self.most} entries"
            raise Wrong(*text)
        kind = Words(200)
        return [kind.read(one) for one in value]

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "items": Words(200).schema}


@dataclass(frozen=True, slots=True)
class Field:
    """A name and what it may hold. Without `required`, null is the same as absent.
    `raw`: the value is kept as it came, once it could be read."""

    name: str
    kind: Kind | Shape
    required: bool = False
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of an object; names beside them are ignored and told."""

    fields: tuple[Field, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)

    @property
    def schema(self) -> dict[str, Any]:
        properties = {field.name: _schema_of(field) for field in self.fields}
        required = [field.name for field in self.fields if field.required]
        return {"type": "object", "properties": properties, "required": required}


def _schema_of(field: Field) -> Mapping[str, Any]:
    schema = field.kind.schema
    return schema if field.required else {"anyOf": [schema, {"type": "null"}]}


def _shown(value: Any) -> str:
    """A bad value as a fault names it: short, printable."""
    text = str(value) if isinstance(value, FloatText) else repr(value)
    text = "".join(char if char.isprintable() else "?" for char in text[:81])
    return text if len(text) <= 80 else f"{text[:79]}…"
