"""Work: jobs over many alerts, saved views, preferences, answers kept for repeated requests."""

from alembic import op

revision = "0005"
down_revision = "0004"

JOB_STATES = "('waiting', 'running', 'done', 'stopped', 'undoing', 'undone')"
ITEM_STATES = "('waiting', 'done', 'failed', 'undone', 'skipped')"

STATEMENTS = (
    f"""CREATE TABLE job ( id TEXT NOT NULL, "by" TEXT NOT NULL, actor TEXT NOT NULL, units TEXT, wish TEXT NOT NULL,
    described TEXT NOT NULL, as_of BIGINT NOT NULL, at BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_job_state CHECK (state IN {JOB_STATES}), total BIGINT NOT NULL,
    done BIGINT NOT NULL, failed BIGINT NOT NULL, undone BIGINT NOT NULL, skipped BIGINT NOT NULL,
    changed_at BIGINT NOT NULL, ended_at BIGINT, trouble TEXT NOT NULL, request_id TEXT NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (id) )""",
    f"""CREATE TABLE job_item ( job_id TEXT NOT NULL, place INTEGER NOT NULL, alert_id TEXT NOT NULL,
    unit_id TEXT NOT NULL, state TEXT NOT NULL CONSTRAINT ck_job_item_state CHECK (state IN {ITEM_STATES}),
    revision BIGINT NOT NULL, reason TEXT NOT NULL, "before" TEXT,
    CONSTRAINT pk_job_item PRIMARY KEY (job_id, place),
    CONSTRAINT fk_job_item_job_id FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT fk_job_item_alert_id FOREIGN KEY(alert_id) REFERENCES alert (id) ) WITHOUT ROWID""",
    """CREATE TABLE saved_view ( id TEXT NOT NULL, owner TEXT NOT NULL, page TEXT NOT NULL, name TEXT NOT NULL,
    "query" TEXT NOT NULL, shared BOOLEAN NOT NULL, at BIGINT NOT NULL,
    CONSTRAINT pk_saved_view PRIMARY KEY (id) )""",
    """CREATE TABLE preference ( account TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    CONSTRAINT pk_preference PRIMARY KEY (account, name) ) WITHOUT ROWID""",
    """CREATE TABLE kept_answer ( account TEXT NOT NULL, route TEXT NOT NULL, "key" TEXT NOT NULL,
    asked TEXT NOT NULL, at BIGINT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
    CONSTRAINT pk_kept_answer PRIMARY KEY (account, route, "key") ) WITHOUT ROWID""",
    'CREATE INDEX ix_job_by_at ON job ("by", at)',
    "CREATE INDEX ix_job_open ON job (at) WHERE state IN ('waiting', 'running', 'undoing')",
    "CREATE INDEX ix_job_item_job_id_state_place ON job_item (job_id, state, place)",
    "CREATE UNIQUE INDEX ix_saved_view_owner_page_name ON saved_view (owner, page, name)",
    "CREATE INDEX ix_kept_answer_at ON kept_answer (at)",
    """CREATE TABLE alert_growth ( seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, alert_id TEXT NOT NULL,
    unit_id TEXT NOT NULL )""",
    "CREATE UNIQUE INDEX ix_alert_growth_alert_id ON alert_growth (alert_id)",
    "CREATE INDEX ix_alert_unit_due ON alert (unit_due) WHERE unit_due IS NOT NULL",
    "CREATE TRIGGER alert_grown AFTER UPDATE OF count ON alert WHEN OLD.count != NEW.count BEGIN "
    "INSERT OR REPLACE INTO alert_growth (alert_id, unit_id) VALUES (NEW.id, NEW.unit_id); END",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
