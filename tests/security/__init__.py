"""What must be refused: the access table, foreign units, hostile text, cross-site requests."""
