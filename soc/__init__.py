"""The kernel: the words that every other package speaks. Imports none of ours."""

__version__ = "0.1.0"
