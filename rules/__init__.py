"""Sigma rules by platform, with samples beside them; data only."""
