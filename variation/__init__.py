"""Variation across sites: which differences are real, what works for whom, and the change library."""
