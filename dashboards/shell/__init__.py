"""What every page shares: layout, marks, languages, formats, static files."""
