"""Background work of the feedback domain."""
