"""The registers: systems, incidents, scans and weaknesses, external figures."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass
