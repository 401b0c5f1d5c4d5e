"""Positions, numbers, rule cards, hits, alerts and their history."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

from soc.state.migrations.append_only import append_only
from soc.state.types import Instant, Json

revision = "0001"
down_revision = None


def upgrade() -> None:
    _position()
    _counter()
    _fact()
    _rule_card()
    _hit()
    _alert_hit()
    _base_hit()
    _alert()
    _alert_event()
    append_only("alert_event")


def _position() -> None:
    op.create_table(
        "position",
        Column("role", Text, nullable=False),
        Column("lane", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("role", "lane", name="pk_position"),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        Column("name", Text, nullable=False),
        Column("value", BigInteger, nullable=False),
        PrimaryKeyConstraint("name", name="pk_counter"),
    )


def _fact() -> None:
    op.create_table(
        "fact",
        Column("name", Text, nullable=False),
        Column("value", Json, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("name", name="pk_fact"),
    )


def _rule_card() -> None:
    op.create_table(
        "rule_card",
        Column("key", Text, nullable=False),
        Column("card", Json, nullable=False),
        PrimaryKeyConstraint("key", name="pk_rule_card"),
    )


def _hit() -> None:
    op.create_table(
        "hit",
        Column("id", Text, nullable=False),
        Column("rule_id", Text, nullable=False),
        Column("rule_key", Text, ForeignKey("rule_card.key", name="fk_hit_rule_key"), nullable=False),
        Column("at", Instant, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("entities", Json, nullable=False),
        Column("matched", Json, nullable=False),
        Column("event_ids", Json, nullable=False),
        Column("events", Json, nullable=False),
        Column("correlation", Json),
        Column("count", BigInteger, nullable=False),
        Column("weak_filter", Json, nullable=False),
        PrimaryKeyConstraint("id", name="pk_hit"),
    )
    op.create_index("ix_hit_rule_id_at", "hit", ["rule_id", "at"])


def _alert_hit() -> None:
    op.create_table(
        "alert_hit",
        Column("alert_id", Text, nullable=False),
        Column("hit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("unit_id", Text, nullable=False),
        PrimaryKeyConstraint("alert_id", "hit_id", name="pk_alert_hit"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_alert_hit_alert_id_at_hit_id", "alert_hit", ["alert_id", "at", "hit_id"])


def _base_hit() -> None:
    op.create_table(
        "base_hit",
        Column("correlation", Text, nullable=False),
        Column("group_key", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("rule_id", Text, nullable=False),
        Column("group", Json, nullable=False),
        Column("values", Json, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("event", Json),
        PrimaryKeyConstraint("correlation", "group_key", "at", "event_id", "rule_id", name="pk_base_hit"),
    )
    op.create_index("ix_base_hit_at_event_id", "base_hit", ["at", "event_id"])


def _alert_identity() -> list[Column[Any]]:
    return [
        Column("id", Text, nullable=False),
        Column("number", BigInteger, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("rule_id", Text, nullable=False),
        Column("rule_key", Text, ForeignKey("rule_card.key", name="fk_alert_rule_key"), nullable=False),
        Column("unit_id", Text, nullable=False),
        Column(
            "level",
            Text,
            CheckConstraint("level IN ('critical', 'high', 'medium', 'low', 'informational')", name="ck_alert_level"),
            nullable=False,
        ),
        Column("band", Integer, nullable=False),
        Column(
            "status",
            Text,
            CheckConstraint(
                "status IN ('new', 'assigned', 'in_progress', 'waiting_unit', 'closed', 'reopened')",
                name="ck_alert_status",
            ),
            nullable=False,
        ),
        Column("open", Boolean, nullable=False),
        Column("owner", Text),
        Column(
            "verdict",
            Text,
            CheckConstraint(
                "verdict IN ('true_positive', 'benign_true', 'false_positive', 'undetermined')", name="ck_alert_verdict"
            ),
        ),
        Column("reason", Text),
        Column("flags", Json, nullable=False),
    ]


def _alert_life() -> list[Column[Any]]:
    return [
        Column("raised_at", Instant, nullable=False),
        Column("closed_at", Instant),
        Column("first_event", Instant, nullable=False),
        Column("last_event", Instant, nullable=False),
        Column("count", BigInteger, nullable=False),
        Column("since_close", BigInteger, nullable=False),
        Column("entities", Json, nullable=False),
        Column("matched", Json, nullable=False),
        Column("samples", Json, nullable=False),
        Column("correlation", Json),
        Column("weak_filter", Json, nullable=False),
        Column("previous", Text),
        Column("text", Text, nullable=False),
        Column("revision", BigInteger, nullable=False),
    ]


def _alert() -> None:
    op.create_table(
        "alert",
        *_alert_identity(),
        *_alert_life(),
        PrimaryKeyConstraint("id", name="pk_alert"),
        UniqueConstraint("number", name="uq_alert_number"),
    )
    op.create_index("ix_alert_fingerprint_number", "alert", ["fingerprint", "number"])
    op.create_index("ix_alert_owner", "alert", ["owner", "raised_at", "id"], sqlite_where=text("owner IS NOT NULL"))
    op.create_index("ix_alert_queue", "alert", ["band", "raised_at", "id"], sqlite_where=text("open = 1"))
    op.create_index("ix_alert_raised_at_id", "alert", ["raised_at", "id"])
    op.create_index("ix_alert_rule_id_raised_at_id", "alert", ["rule_id", "raised_at", "id"])
    op.create_index("ix_alert_status_level_unit_id", "alert", ["status", "level", "unit_id"])
    op.create_index("ix_alert_unit_id_raised_at_id", "alert", ["unit_id", "raised_at", "id"])


def _alert_event() -> None:
    op.create_table(
        "alert_event",
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
        Column("alert_id", Text, ForeignKey("alert.id", name="fk_alert_event_alert_id"), nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column(
            "actor_kind",
            Text,
            CheckConstraint(
                "actor_kind IN ('person', 'system', 'unit_link', 'api_key', 'playbook')",
                name="ck_alert_event_actor_kind",
            ),
            nullable=False,
        ),
        Column("kind", Text, nullable=False),
        Column("before", Json, nullable=False),
        Column("after", Json, nullable=False),
        Column("note", Text, nullable=False),
        Column("request_id", Text, nullable=False),
        PrimaryKeyConstraint("seq", name="pk_alert_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_event_alert_id_seq", "alert_event", ["alert_id", "seq"])
