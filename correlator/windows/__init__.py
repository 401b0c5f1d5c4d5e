"""Correlations: sliding windows in event time over hits of rules (sigma-engine.md 3)."""
