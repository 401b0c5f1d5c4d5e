"""Measured figures, each as a ratio taken in one run: machines are noisy, ratios less so."""
