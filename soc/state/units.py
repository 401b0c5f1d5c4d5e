"""Units and networks: loaded from a file, read back as the tree that everything else asks."""

from __future__ import annotations

from importlib.resources import as_file, files
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from soc.organisation_file import read_organisation
from soc.state.numbers import next_number
from soc.state.tables.pipeline import counter
from soc.state.tables.sources import unit, unit_network
from soc.unit import Unit, UnitNetwork, UnitTree

CHANGES = "unit_change"


class Units:
    """The organisation is known to everybody who signs in, and scopes are made from it: no scope here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tree(self) -> UnitTree:
        """All units and networks; hold on to it and ask `mark` whether it is still true."""
        units = [Unit(**row) for row in self._connection.execute(select(unit).order_by(unit.c.id)).mappings()]
        rows = self._connection.execute(select(unit_network).order_by(unit_network.c.id))
        networks = [UnitNetwork(ip_network(row.network), row.unit_id, row.valid_from, row.valid_to) for row in rows]
        return UnitTree(units, networks)

    def mark(self) -> int:
        """Grows with every change."""
        return self._connection.scalar(select(counter.c.value).where(counter.c.name == CHANGES)) or 0

    def replace(self, tree: UnitTree) -> None:
        """The tree becomes what is known. A unit that records may name is ended by a date, not left out."""
        self._connection.execute(delete(unit_network))
        self._connection.execute(delete(unit))
        if tree.units:
            self._connection.execute(insert(unit), [_unit_row(one) for one in tree.units.values()])
        if tree.networks:
            self._connection.execute(insert(unit_network), [_network_row(one) for one in tree.networks])
        next_number(self._connection, CHANGES)


def read_units(path: Path) -> UnitTree:
    """The tree of a YAML file; raises UnitError with all its faults."""
    return read_organisation(path).tree


def demo_units() -> UnitTree:
    """The demonstration province."""
    with as_file(files("soc.data") / "units-demo.yml") as path:
        return read_units(path)


def _unit_row(one: Unit) -> dict[str, Any]:
    return {name: getattr(one, name) for name in unit.c.keys()}  # noqa: SIM118 - a column collection, not a dict


def _network_row(one: UnitNetwork) -> dict[str, Any]:
    days = {"valid_from": one.valid_from, "valid_to": one.valid_to}
    return {"network": str(one.network), "unit_id": one.unit} | days
