"""The steps of the schema, oldest first; run by `soc/state/schema.py` and by nothing else."""
