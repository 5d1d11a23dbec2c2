"""Measures, their measurements, and the charts drawn from them."""
