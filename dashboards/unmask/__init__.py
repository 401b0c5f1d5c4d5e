"""Looking behind the masks: why, for how long, and the list that the shift lead reads."""
