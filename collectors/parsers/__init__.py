"""Parsers written in code, one file a format; formats that a table can describe are in `mappings/`."""
