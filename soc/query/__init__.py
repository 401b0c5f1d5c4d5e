"""The query language: for people and for hunts (pipeline-and-stores.md 10).

`ast.py` the tree, `parse.py` text -> tree, `memory.py` the oracle, `duckdb_sql.py` the compiler for DuckDB.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from soc.access import Scope
from soc.query.ast import Node


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, of which time (`since` included, `until` excluded, by `@timestamp`), and whose eyes read.
    Time and scope have no default on purpose. `node` None asks for everything."""

    node: Node | None
    since: datetime
    until: datetime
    scope: Scope
