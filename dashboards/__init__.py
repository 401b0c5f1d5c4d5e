"""The pages and the REST API; one folder a feature."""
