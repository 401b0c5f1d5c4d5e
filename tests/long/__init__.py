"""What takes seconds and not milliseconds: properties over hundreds of examples, papers in every format."""
