"""What all tables share."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Text

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)


def unit_column() -> Column[str]:
    """Whose row it is; what every scope is compared with."""
    return Column("unit_id", Text, nullable=False)
