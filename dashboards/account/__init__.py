"""One's own account: sessions, second factor, password, what happened to it."""
