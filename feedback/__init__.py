"""Practice-to-policy feedback: what is raised, where it stands, and what came of it."""
