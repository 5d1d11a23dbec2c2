"""Background work of the milestones domain."""
