"""The scenarios of detection-content.md 6: one file each, lines and the truth about them."""
