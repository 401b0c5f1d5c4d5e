"""Who sends us logs, and the unknown senders that wait for a unit."""
