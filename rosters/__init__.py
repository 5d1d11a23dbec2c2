"""Rosters: who an organisation says works where, by OneRoster files or by SCIM, and what follows from it."""
