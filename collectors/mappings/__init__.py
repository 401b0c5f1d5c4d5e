"""Mapping files that ship, one a product, with their samples."""
