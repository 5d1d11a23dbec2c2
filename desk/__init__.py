"""Pages that belong to no single domain: this week, search, history, help."""
