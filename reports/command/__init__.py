"""What the hub does by itself to be answered: it raises warnings, passes them up, and writes reminders."""
