"""The command line and the wiring; imported by no other package."""
