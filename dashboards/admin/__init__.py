"""Administration: people, grants, keys, sessions, the audit log and the review of access."""
