"""The sections of the monthly report, one file each; what they say stands in figures."""
