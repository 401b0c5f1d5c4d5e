"""The alert queue and the alert page."""
