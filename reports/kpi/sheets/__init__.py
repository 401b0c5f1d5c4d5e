"""Figures in spreadsheets: a template of ours out, CSV and XLSX in, read as text (ioc-hub.md 5)."""
