"""Who may do what to attached files. Pure: an actor and a team in, yes or no out."""

from nic_platform.actor import Actor


def can_attach(actor: Actor, team_id: int) -> bool:
    """Lead, members and linking members of the team whose thing it is attach files and take them away."""
    return actor.edits(team_id)
