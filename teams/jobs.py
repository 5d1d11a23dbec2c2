"""Background work of the teams domain."""
