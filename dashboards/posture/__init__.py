"""Posture scores of the viewer's units, and why each is what it is."""
