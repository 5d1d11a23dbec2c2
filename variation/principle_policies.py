"""Who may write a network's problem and its next steps on the six principles. Pure."""

from nic_platform.actor import Actor
from teams.policies import can_run_network


def can_write_principles(actor: Actor) -> bool:
    """Network leads write them; everybody of the network reads them."""
    return can_run_network(actor)
