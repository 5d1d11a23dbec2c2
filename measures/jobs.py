"""Background work of the measures domain."""
