"""Mapping files: one YAML a product (format 1, docs/mappings.md), checked whole and compiled to closures.

`document.py` reads YAML with its lines, `compile.py` makes a `MappingParser` of it or names every fault,
`library.py` holds the files that ship and those of the site.
"""
