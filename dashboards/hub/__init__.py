"""The hub for programs (/ioc/v1) and for people who hand figures in."""
