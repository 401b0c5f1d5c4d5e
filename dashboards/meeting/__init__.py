"""Meetings over figures that stand still, their show, their package, and what was decided."""
