"""A file of one's own, dropped on the page, ends at its alerts (friendliness.md 3)."""
