"""Triage: order, limits, lanes and storms of alerts; their entities, and what people say of entities."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""
