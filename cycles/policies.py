"""Who may do what to cycles, ideas and drivers. Pure: an actor and a thing in, yes or no out."""

from cycles.models import ChangeIdea, Cycle, Ramp
from cycles.rules import Stage, may_abandon, may_close_as_not_run
from nic_platform.actor import Actor


def can_create(actor: Actor, team_id: int | None) -> bool:
    """Lead, members and linking members of a team may start its cycles."""
    return actor.edits(team_id)


def can_edit(actor: Actor, cycle: Cycle) -> bool:
    """Lead, members and linking members of the own team may; coaches and the teams above only read."""
    return actor.edits(cycle.team_id)


def can_comment(actor: Actor, cycle: Cycle) -> bool:
    """Whoever reads the team's drafts may comment: its coaches above all."""
    return actor.reads_drafts(cycle.team_id)


def can_share(actor: Actor, cycle: Cycle) -> bool:
    """The team may share a cycle once it is no draft, and take it back."""
    return can_edit(actor, cycle) and not cycle.is_draft


def can_delete(actor: Actor, cycle: Cycle) -> bool:
    """The team may delete a draft; what was begun stays, and is abandoned instead."""
    return can_edit(actor, cycle) and cycle.is_draft


def can_close_as_not_run(actor: Actor, cycle: Cycle) -> bool:
    """The team may, as long as nothing was carried out."""
    return can_edit(actor, cycle) and may_close_as_not_run(Stage(cycle.stage), not cycle.is_draft)


def can_abandon(actor: Actor, cycle: Cycle) -> bool:
    """The team may give up any cycle that began and is still open."""
    return can_edit(actor, cycle) and may_abandon(Stage(cycle.stage))


def can_open_next(actor: Actor, cycle: Cycle) -> bool:
    """The team may open the next cycle of a ramp from one that is closed or being decided."""
    return can_edit(actor, cycle) and Stage(cycle.stage) in {Stage.ACT, Stage.CLOSED}


def can_edit_ramp(actor: Actor, ramp: Ramp) -> bool:
    """The team whose ramp it is may rename it and judge belief, cost and readiness."""
    return actor.edits(ramp.team_id)


def can_edit_idea(actor: Actor, idea: ChangeIdea) -> bool:
    """The team that an idea came from may change it; so may the network lead, who keeps the library."""
    return actor.is_network_lead or actor.edits(idea.team_id)


def can_edit_drivers(actor: Actor) -> bool:
    """The network lead keeps the driver diagram."""
    return actor.is_network_lead


def can_pool_network(actor: Actor) -> bool:
    """Network leads, reviewers and analysts count over all teams; from analysts small sums are hidden."""
    return actor.sees_network or actor.is_analyst
