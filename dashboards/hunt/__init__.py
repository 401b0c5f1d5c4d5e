"""Asking the past: the query bar, its histogram, results, stacking, completion and export."""
