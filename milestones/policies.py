"""Who may do what to a plan and what hangs on it. Pure: an actor and a team in, yes or no out."""

from nic_platform.actor import Actor


def can_change(actor: Actor, team_id: int) -> bool:
    """A plan is changed by its own team's lead, members and linking members; coaches and observers read."""
    return actor.edits(team_id)


def can_share(actor: Actor, team_id: int) -> bool:
    """Whoever may change a plan may show it to the whole network, or stop; the history says who did."""
    return actor.edits(team_id)


def can_offer(actor: Actor) -> bool:
    """Network leads write, offer and withdraw the strategy templates of their network."""
    return actor.is_network_lead
