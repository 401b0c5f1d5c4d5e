"""The log-source table: one YAML file a product, its loader (`load.py`) and what its names mean (`access.py`)."""
