"""Reports on their way to paper: made, written, submitted, issued."""
