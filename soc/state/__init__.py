"""The state store: alerts, hits, units, sources, people, audit, counters (SQLAlchemy Core; SQLite by default)."""
