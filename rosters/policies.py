"""Who may set up rosters and bring them in. Pure: an actor in, yes or no out."""

from nic_platform.actor import Actor


def can_run_rosters(actor: Actor) -> bool:
    """Network leads set rosters up, look at them, and take them back: a roster lets people in and out."""
    return actor.is_network_lead
