"""Tier 1: how a line is written. Each codec gives every key it finds, or a ParseError, and nothing in between."""
