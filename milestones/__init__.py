"""Plans: priorities, causes, strategies, and the milestones that pace their roll-out."""
