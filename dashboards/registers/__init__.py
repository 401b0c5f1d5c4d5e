"""The registers: systems, incidents, scans and weaknesses, figures of others; by form, by CSV and for programs."""
