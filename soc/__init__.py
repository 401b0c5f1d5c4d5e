"""The kernel: the words that every other package speaks. Imports none of ours."""
