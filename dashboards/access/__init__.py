"""Who is asking: sign-in, sessions, scope, and the headers on every answer."""
