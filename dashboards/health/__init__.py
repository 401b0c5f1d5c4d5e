"""The conservation law and the state of each role, on one page."""
