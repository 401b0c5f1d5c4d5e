"""Triage: order, limits, lanes and storms of alerts; their entities, and what people say of entities.

`alert` is made anew, since its short columns now come first. Old alerts had no limit in force when they were raised,
so they get none; the first refresh of the order gives them their risk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from alembic import op
from sqlalchemy import Connection, text

from soc.entity import key_of, kind_of
from soc.fold import fold, fold_marks
from soc.state.cards import tactics_of
from soc.state.migrations.append_only import append_only

revision = "0004"
down_revision = "0003"

LEVELS = "('critical', 'high', 'medium', 'low', 'informational')"
STATUSES = "('new', 'assigned', 'in_progress', 'waiting_unit', 'closed', 'reopened')"
LANES = "('queue', 'digest', 'storm')"

RULE_CARD = """CREATE TABLE rule_card ( "key" TEXT NOT NULL, rule_id TEXT NOT NULL, text TEXT NOT NULL,
    tactics TEXT NOT NULL, card TEXT NOT NULL, CONSTRAINT pk_rule_card PRIMARY KEY ("key") )"""

ALERT = f"""CREATE TABLE alert ( id TEXT NOT NULL, number BIGINT NOT NULL, fingerprint TEXT NOT NULL,
    rule_id TEXT NOT NULL, rule_key TEXT NOT NULL, unit_id TEXT NOT NULL,
    level TEXT NOT NULL CONSTRAINT ck_alert_level CHECK (level IN {LEVELS}),
    status TEXT NOT NULL CONSTRAINT ck_alert_status CHECK (status IN {STATUSES}),
    open BOOLEAN NOT NULL, owner TEXT,
    verdict TEXT CONSTRAINT ck_alert_verdict CHECK (verdict IN
    ('true_positive', 'benign_true', 'false_positive', 'undetermined')),
    reason TEXT, raised_at BIGINT NOT NULL, closed_at BIGINT, first_event BIGINT NOT NULL, last_event BIGINT NOT NULL,
    count BIGINT NOT NULL, since_close BIGINT NOT NULL, previous TEXT, revision BIGINT NOT NULL,
    lane TEXT NOT NULL CONSTRAINT ck_alert_lane CHECK (lane IN {LANES}), band INTEGER NOT NULL, rank INTEGER NOT NULL,
    waited INTEGER NOT NULL, risk INTEGER NOT NULL, asset_level INTEGER, ordered_at BIGINT, order_due BIGINT,
    ack_due BIGINT, resolve_due BIGINT, unit_due BIGINT, asked_at BIGINT, taken_at BIGINT, storm INTEGER,
    text TEXT NOT NULL, flags TEXT NOT NULL, weak_filter TEXT NOT NULL, entities TEXT NOT NULL, matched TEXT NOT NULL,
    correlation TEXT, samples TEXT NOT NULL, CONSTRAINT pk_alert PRIMARY KEY (id),
    CONSTRAINT uq_alert_number UNIQUE (number),
    CONSTRAINT fk_alert_rule_key FOREIGN KEY(rule_key) REFERENCES rule_card ("key"),
    CONSTRAINT fk_alert_storm FOREIGN KEY(storm) REFERENCES storm (id) )"""

BASE_HIT = """CREATE TABLE base_hit ( correlation TEXT NOT NULL, group_key TEXT NOT NULL, at BIGINT NOT NULL,
    event_id TEXT NOT NULL, rule_id TEXT NOT NULL, "group" TEXT NOT NULL, "values" TEXT NOT NULL,
    unit_id TEXT NOT NULL, event TEXT, arrived BIGINT NOT NULL,
    CONSTRAINT pk_base_hit PRIMARY KEY (correlation, group_key, at, event_id, rule_id) )"""

NEW = (
    """CREATE TABLE alert_entity ( seq INTEGER NOT NULL, alert_id TEXT NOT NULL, kind TEXT NOT NULL,
    "key" TEXT NOT NULL, value TEXT NOT NULL, unit_id TEXT NOT NULL, rule_id TEXT NOT NULL, raised_at BIGINT NOT NULL,
    CONSTRAINT pk_alert_entity PRIMARY KEY (seq) )""",
    """CREATE TABLE entity_name ( kind TEXT NOT NULL, "key" TEXT NOT NULL, text TEXT NOT NULL,
    CONSTRAINT pk_entity_name PRIMARY KEY (kind, "key") ) WITHOUT ROWID""",
    f"""CREATE TABLE alert_count ( unit_id TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT ck_alert_count_status CHECK (status IN {STATUSES}),
    level TEXT NOT NULL CONSTRAINT ck_alert_count_level CHECK (level IN {LEVELS}),
    lane TEXT NOT NULL CONSTRAINT ck_alert_count_lane CHECK (lane IN {LANES}), number BIGINT NOT NULL,
    CONSTRAINT pk_alert_count PRIMARY KEY (unit_id, status, level, lane) ) WITHOUT ROWID""",
    """CREATE TABLE storm ( id INTEGER NOT NULL, rule_id TEXT NOT NULL, rule_key TEXT NOT NULL, since BIGINT NOT NULL,
    last_over BIGINT NOT NULL, ended_at BIGINT, alerts BIGINT NOT NULL, CONSTRAINT pk_storm PRIMARY KEY (id) )""",
    """CREATE TABLE entity_fact ( seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,
    "key" TEXT NOT NULL, name TEXT NOT NULL CONSTRAINT ck_entity_fact_name CHECK (name IN
    ('owner', 'level', 'criticality', 'note')), text TEXT NOT NULL, at BIGINT NOT NULL, "by" TEXT NOT NULL,
    unit_id TEXT NOT NULL, until BIGINT )""",
)

INDEXES = (
    "CREATE INDEX ix_alert_age ON alert (raised_at, id, lane, level, status, unit_id, rule_id, owner)",
    "CREATE INDEX ix_alert_fingerprint_number ON alert (fingerprint, number)",
    "CREATE INDEX ix_alert_closed ON alert (closed_at, unit_id, resolve_due) WHERE open = 0",
    "CREATE INDEX ix_alert_limits ON alert "
    "(lane, resolve_due, ack_due, unit_due, taken_at, id, level, status, unit_id, rule_id, owner) WHERE open = 1",
    "CREATE INDEX ix_alert_lane ON alert (lane, band, rank, raised_at, id, level, status, unit_id, rule_id, owner) "
    "WHERE open = 1",
    "CREATE INDEX ix_alert_order_due ON alert (order_due) WHERE order_due IS NOT NULL",
    "CREATE INDEX ix_alert_owner ON alert (owner, raised_at, id) WHERE owner IS NOT NULL",
    "CREATE INDEX ix_alert_queue ON alert (band, rank, raised_at, id, lane, level, status, unit_id, rule_id, owner) "
    "WHERE open = 1",
    "CREATE INDEX ix_alert_rule_id_raised_at_id ON alert (rule_id, raised_at, id)",
    "CREATE INDEX ix_alert_storm ON alert (storm, open, unit_id) WHERE storm IS NOT NULL",
    "CREATE INDEX ix_alert_unit_id_raised_at_id ON alert (unit_id, raised_at, id)",
    "CREATE INDEX ix_alert_verdict ON alert (rule_id, verdict) WHERE verdict IS NOT NULL",
    "CREATE INDEX ix_base_hit_arrived ON base_hit (arrived)",
    "CREATE INDEX ix_base_hit_at_event_id ON base_hit (at, event_id)",
    'CREATE UNIQUE INDEX ix_alert_entity_alert_id_kind_key ON alert_entity (alert_id, kind, "key")',
    'CREATE INDEX ix_alert_entity_key ON alert_entity (kind, "key", raised_at, alert_id, unit_id, rule_id)',
    "CREATE UNIQUE INDEX ix_storm_now ON storm (rule_id) WHERE ended_at IS NULL",
    'CREATE INDEX ix_entity_fact_kind_key_name_seq ON entity_fact (kind, "key", name, seq)',
)

KEPT = (
    "id, number, fingerprint, rule_id, rule_key, unit_id, level, status, open, owner, verdict, reason, raised_at, "
    "closed_at, first_event, last_event, count, since_close, previous, revision, band, text, flags, weak_filter, "
    "entities, matched, correlation, samples"
)
SEVERITY = "CASE level WHEN 'critical' THEN 9900 WHEN 'high' THEN 7300 WHEN 'medium' THEN 4700 ELSE 2100 END"

COPY = (
    "INSERT INTO alert ("
    + KEPT
    + ", lane, rank, waited, risk, ordered_at, order_due) "
    + (
        "SELECT " + KEPT + ", 'queue', -(" + SEVERITY + "), 0, 0, raised_at, CASE WHEN open = 1 THEN raised_at END "
        "FROM old_table"
    )
)
ENTITY = (
    'INSERT OR IGNORE INTO alert_entity (alert_id, kind, "key", value, unit_id, rule_id, raised_at) '
    "VALUES (:alert, :kind, :name, :value, :unit, :rule, :at)"
)

COUNT = (
    "INSERT INTO alert_count VALUES (NEW.unit_id, NEW.status, NEW.level, NEW.lane, 1) "
    "ON CONFLICT DO UPDATE SET number = number + 1"
)
DISCOUNT = (
    "UPDATE alert_count SET number = number - 1 WHERE unit_id = OLD.unit_id AND status = OLD.status "
    "AND level = OLD.level AND lane = OLD.lane"
)
CHANGED = "OLD.unit_id != NEW.unit_id OR OLD.status != NEW.status OR OLD.level != NEW.level OR OLD.lane != NEW.lane"
TRIGGERS = (
    f"CREATE TRIGGER alert_counted AFTER INSERT ON alert BEGIN {COUNT}; END",
    f"CREATE TRIGGER alert_recounted AFTER UPDATE OF unit_id, status, level, lane ON alert WHEN {CHANGED} "
    f"BEGIN {DISCOUNT}; {COUNT}; END",
    f"CREATE TRIGGER alert_discounted AFTER DELETE ON alert BEGIN {DISCOUNT}; END",
)


def upgrade() -> None:
    """Renaming keeps what refers to `alert`: foreign keys are off while the schema changes."""
    connection = op.get_bind()
    connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
    for statement in NEW:
        op.execute(statement)
    _anew(connection, "rule_card", RULE_CARD, "INSERT INTO rule_card SELECT \"key\", '', '', '', card FROM old_table")
    _anew(connection, "base_hit", BASE_HIT, "INSERT INTO base_hit SELECT *, at FROM old_table")
    _anew(connection, "alert", ALERT, COPY)
    for statement in (*INDEXES, *TRIGGERS):
        op.execute(statement)
    append_only("entity_fact")
    _cards(connection)
    _entities(connection)
    connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")


def _anew(connection: Connection, table: str, create: str, fill: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO old_table")
    connection.exec_driver_sql(create)
    connection.exec_driver_sql(fill)
    connection.exec_driver_sql("DROP TABLE old_table")


def _cards(connection: Connection) -> None:
    rows = []
    for key, card in connection.exec_driver_sql('SELECT "key", card FROM rule_card').all():
        value: dict[str, Any] = orjson.loads(card)
        titles = fold_marks("\n".join(value.get(name) or "" for name in ("title", "title_vi")))
        tactics = tactics_of(tuple(value.get("tags") or ()))
        rows.append({"of": key, "rule": value["id"], "titles": titles, "tactics": tactics})
    if rows:
        change = 'UPDATE rule_card SET rule_id = :rule, text = :titles, tactics = :tactics WHERE "key" = :of'
        connection.execute(text(change), rows)
    connection.exec_driver_sql(
        "INSERT INTO alert_count SELECT unit_id, status, level, lane, count(*) FROM alert GROUP BY 1, 2, 3, 4"
    )


def _entities(connection: Connection) -> None:
    rows = list(_rows(connection))
    if rows:
        connection.execute(text(ENTITY), rows)
        connection.execute(text("INSERT OR IGNORE INTO entity_name VALUES (:kind, :name, :folded)"), rows)


def _rows(connection: Connection) -> Iterator[dict[str, Any]]:
    for row in connection.exec_driver_sql("SELECT id, entities, unit_id, rule_id, raised_at FROM alert").all():
        for field, value in orjson.loads(row.entities):
            kind = kind_of(field)
            yield {
                "alert": row.id,
                "kind": str(kind or "other"),
                "name": key_of(kind, value) if kind else fold(value),
                "value": value,
                "folded": fold_marks(value),
                "unit": row.unit_id,
                "rule": row.rule_id,
                "at": row.raised_at,
            }
