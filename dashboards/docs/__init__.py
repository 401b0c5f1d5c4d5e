"""The REST API as a page of ours: FastAPI's own loads its parts from elsewhere."""
