"""Tools of the developers: checks, and tables made at build time."""
