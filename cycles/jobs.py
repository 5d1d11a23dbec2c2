"""Background work of the cycles domain."""
