"""The hub: what a figure is, who owes it, and what is done with one that arrives (ioc-hub.md)."""
