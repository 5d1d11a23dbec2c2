"""Who may change networks, sites, teams and links. Pure: an actor and numbers in, yes or no out."""

from collections.abc import Collection

from nic_platform.actor import Actor


def can_run_network(actor: Actor) -> bool:
    """Network leads set the network up: its words, calendar, sites, teams."""
    return actor.is_network_lead


def can_name_lead(actor: Actor, above: Collection[int]) -> bool:
    """Where nobody leads a team, a network lead or the lead of a team it lifts to names somebody for now."""
    return actor.is_network_lead or any(actor.leads(team_id) for team_id in above)


def can_edit_team(actor: Actor, team_id: int) -> bool:
    """A team's lead keeps its charter; a network lead may help."""
    return actor.leads(team_id) or actor.is_network_lead


def can_edit_person(actor: Actor, team_id: int, user_id: int) -> bool:
    """The lead says who is what; each person says what they bring."""
    return can_edit_team(actor, team_id) or (actor.user_id == user_id and actor.in_team(team_id))


def can_hand_over(actor: Actor, team_id: int, user_id: int) -> bool:
    """A lead hands over what hangs on anybody, who works in the team what hangs on themselves.

    Coaches and observers edit nothing, also where a task names somebody who is called as they are.
    """
    return can_edit_team(actor, team_id) or (actor.user_id == user_id and actor.edits(team_id))


def can_see_load(actor: Actor, team_id: int, above: Collection[int]) -> bool:
    """What waits at a team and whether it keeps promises is for itself, those above, and the network."""
    return actor.sees_network or bool(actor.team_ids & {team_id, *above})


def can_make_link(actor: Actor, lower_id: int) -> bool:
    """The lead of the team that lifts makes its link; a network lead may for any."""
    return can_edit_team(actor, lower_id)


def can_note_exchange(actor: Actor, lower_id: int, upper_id: int) -> bool:
    """Whoever works in one of the two teams writes down what passed; a network lead may help."""
    return actor.edits(lower_id) or actor.edits(upper_id) or actor.is_network_lead


def can_edit_link(actor: Actor, lower_id: int, upper_id: int) -> bool:
    """The leads of both ends keep a link's protocol."""
    return can_edit_team(actor, lower_id) or actor.leads(upper_id)
