"""How events lie in the columns of a file: the typed columns of the field table, the address keys, and `doc`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from soc.fields.table import FieldSpec, Kind, table

DUCKDB_TYPES: dict[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.ADDRESS: "VARCHAR",
    Kind.TIME: "TIMESTAMP",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One typed column. `key`: the column of 16-byte keys beside an address, whose order is numeric."""

    field: str
    kind: Kind
    is_list: bool
    key: str | None = None

    @property
    def sql(self) -> str:
        return identifier(self.field)

    @property
    def json_type(self) -> str:
        """Its type for DuckDB's `json_transform`; times are read as text first."""
        plain = "VARCHAR" if self.kind is Kind.TIME else DUCKDB_TYPES[self.kind]
        return f'["{plain}"]' if self.is_list else f'"{plain}"'


@cache
def columns() -> Mapping[str, Column]:
    """Field -> column, in the order of the files."""
    return {spec.name: _column(spec) for spec in table().columns}


def identifier(name: str) -> str:
    """A name as SQL takes it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _column(spec: FieldSpec) -> Column:
    keyed = spec.kind is Kind.ADDRESS and not spec.array
    return Column(spec.name, spec.kind, spec.array, f"{spec.name}#key" if keyed else None)
