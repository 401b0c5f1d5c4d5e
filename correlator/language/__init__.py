"""Sigma 2.1.0 read from text: documents in, rules whose conditions are a small intermediate form out (`form.py`)."""
