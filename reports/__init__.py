"""Figures for leaders and the IT centre: tiles, posture and the monthly report."""
