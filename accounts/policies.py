"""Who may invite whom, and who may change accounts. Pure: an actor and numbers in, yes or no out."""

from nic_platform.actor import Actor


def can_invite_to_team(actor: Actor, team_id: int, network_id: int) -> bool:
    """A team's lead invites to the own team, a network lead to any team of the network, an admin anywhere."""
    own = actor.network_id == network_id
    return actor.is_admin or (own and (actor.is_network_lead or actor.leads(team_id)))


def can_invite_to_network(actor: Actor, network_id: int) -> bool:
    """Network leads give roles in the own network, an admin in any."""
    return actor.is_admin or (actor.network_id == network_id and actor.is_network_lead)


def can_invite(actor: Actor) -> bool:
    """Say whether there is any place this person may invite somebody to."""
    return actor.is_admin or actor.is_network_lead or any(actor.leads(team_id) for team_id in actor.team_ids)


def can_withdraw(actor: Actor, *, network_id: int | None, created_by_id: int | None) -> bool:
    """Whoever sent an invitation may take it back, and so may the network's lead and an admin."""
    if actor.is_admin or created_by_id == actor.user_id:
        return True
    return network_id is not None and network_id == actor.network_id and actor.is_network_lead


def can_change_person(actor: Actor, user_id: int) -> bool:
    """An admin disables people and makes admins, but never of themselves: one could lock everybody out."""
    return actor.is_admin and actor.user_id != user_id


def can_manage_providers(actor: Actor) -> bool:
    """Say whether there are sign-ins of organisations that this person sets up: an admin, a network lead."""
    return actor.is_admin or (actor.is_network_lead and actor.network_id is not None)


def can_manage_provider(actor: Actor, network_id: int | None) -> bool:
    """An admin sets up any sign-in of an organisation, a network lead those of the own network."""
    own = network_id is not None and network_id == actor.network_id
    return actor.is_admin or (own and actor.is_network_lead)


def can_confirm_domains(actor: Actor) -> bool:
    """Only an admin says that a provider answers for a domain: it then signs in whoever has an address there.

    A network lead who could say so might sign in as anybody, in every network.
    """
    return actor.is_admin
