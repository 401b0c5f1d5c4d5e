"""Tasks: giving them, answering them, following them up."""
