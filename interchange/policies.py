"""Who may do what with other systems. Pure."""

from nic_platform.actor import Actor


def can_manage_webhooks(actor: Actor) -> bool:
    """Network leads say which other systems are told of changes; for others there are none."""
    return actor.is_network_lead
