"""Warnings by level and age, what is done about them, and the outbox of reminders."""
