"""Work: jobs over many alerts, saved views, preferences, answers kept for repeated requests."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""
