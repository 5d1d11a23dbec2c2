"""Interchange: what leaves for other systems and comes back from them: webhooks, archives, one's own data."""
