"""Access: second factors, recovery codes, idle accounts, reviews."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet."""
