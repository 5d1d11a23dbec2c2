"""Who may do what to feedback. Pure: an actor and the facts of an item in, yes or no out."""

from collections.abc import Sequence
from typing import Protocol

from cycles.whose import who_in
from feedback.rules import ENDED, Act, Facts, State, acts_of_raiser, acts_of_receiver, fits
from measures.suppression import UNTOLD, Counts, Who, one
from nic_platform import looks
from nic_platform.actor import Actor, Level


def can_raise(actor: Actor, team_id: int | None) -> bool:
    """Lead, members and linking members raise things for their team."""
    return actor.edits(team_id)


def is_raiser(actor: Actor, facts: Facts) -> bool:
    """Lead, members and linking members of the team that raised the item."""
    return actor.edits(facts.team_id)


def is_receiver(actor: Actor, facts: Facts) -> bool:
    """Whoever acts for the team that holds a sent item.

    Its lead, members and linking members; a reviewer of its level; the network lead once nobody above acted.
    """
    if facts.holder is None or facts.state is State.DRAFT or facts.holder_id == facts.team_id:
        return False
    reviews = any(level.rank == facts.holder_rank for level in actor.reviewer_levels)
    leads = actor.is_network_lead and facts.with_network
    return actor.edits(facts.holder_id) or reviews or leads


def can(actor: Actor, act: Act, facts: Facts) -> bool:
    """Say whether the actor may do this to the item now. Only the team that raised it confirms or reopens."""
    return may_ever(actor, act, facts) and fits(act, facts)


def may_ever(actor: Actor, act: Act, facts: Facts) -> bool:
    """Say whether the act is the actor's to do, be the item in the state for it or not."""
    if act is Act.TAKE:
        return actor.edits(facts.offered_to_id)
    if act in acts_of_raiser():
        return is_raiser(actor, facts)
    return act in acts_of_receiver() and is_receiver(actor, facts)


def told_affected(actor: Actor, team_id: int, affects: str, count: int | None) -> int | None:
    """Return how many a barrier affects, as far as *actor* is told; ``None`` for a few students of others.

    How many students there are is nobody's but their team's below the network's smallest cell; adults too
    few to be named are known to the teams on the track anyway.
    """
    if count is None or who_in(affects) is Who.ADULTS:
        return count
    if actor.in_team(team_id):
        looks.note_team(team_id)
        return count
    return count if one(Counts(count, UNTOLD), Who.STUDENTS, actor.minimum_cell).is_shown else None


def can_edit(actor: Actor, facts: Facts) -> bool:
    """The team edits what it raised until it is sent."""
    return is_raiser(actor, facts) and facts.state is State.DRAFT


def can_share(actor: Actor, facts: Facts) -> bool:
    """The team may share a sent solution or success with the whole network, and take that back."""
    return is_raiser(actor, facts) and facts.kind.travels and facts.state is not State.DRAFT


def can_comment(actor: Actor, facts: Facts) -> bool:
    """Whoever works in, or coaches, a team on the track may write into the conversation."""
    if facts.state is State.DRAFT:
        return actor.reads_drafts(facts.team_id)
    teams = {facts.team_id, *facts.track}
    return is_receiver(actor, facts) or any(actor.reads_drafts(team) for team in teams)


def can_take_back(actor: Actor, author_id: int | None) -> bool:
    """Whoever wrote a message may take it back, and put it back."""
    return author_id is not None and actor.user_id == author_id


def can_join(actor: Actor, facts: Facts) -> bool:
    """The receiving team says which theme an item belongs to, as long as it is open."""
    return is_receiver(actor, facts) and facts.state not in ENDED


def can_keep_theme(actor: Actor, team_id: int, rank: int) -> bool:
    """The team that keeps a theme edits and answers it; so does a reviewer of its level."""
    return actor.edits(team_id) or any(level.rank == rank for level in actor.reviewer_levels)


class Holder(Protocol):
    """A team whose turn it is with reports of a theme."""

    @property
    def id(self) -> int:
        """The team's number."""

    @property
    def level(self) -> Level:
        """The team's level."""

    @property
    def items(self) -> int:
        """How many wait with it to be answered."""

    @property
    def answers(self) -> int:
        """How many answers it has to pass on."""


def answers_theme(actor: Actor, keeper: tuple[int, int], holders: Sequence[Holder]) -> int | None:
    """Return the team for which the actor may answer a theme at once; ``None`` when they may not.

    That is whoever its reports wait with, the chosen team before others, else the team that keeps it.

    Args:
        keeper: the team that keeps the theme, and its rank.
        holders: the teams whose turn it is with reports of it, the highest level first.
    """
    acts_for = [each.id for each in holders if each.items and can_work_queue(actor, each.id, each.level.rank)]
    if actor.team_id in acts_for:
        return actor.team_id
    return keeper[0] if can_keep_theme(actor, *keeper) else next(iter(acts_for), None)


def hands_down(actor: Actor, holders: Sequence[Holder]) -> int | None:
    """Return the team for which the actor passes a theme's answer on, the chosen one before others."""
    acts_for = [
        each.id for each in holders if each.answers and can_work_queue(actor, each.id, each.level.rank)
    ]
    return actor.team_id if actor.team_id in acts_for else next(iter(acts_for), None)


def can_look_again(actor: Actor, team_id: int, rank: int) -> bool:
    """The team that gave an answer writes down what it found; so does a reviewer of its level."""
    return can_keep_theme(actor, team_id, rank)


def can_cheer(actor: Actor, team_id: int, *, travels: bool) -> bool:
    """Whoever works in or coaches a team celebrates what another team tells; never one's own."""
    return travels and not actor.in_team(team_id) and actor.reads_drafts(actor.team_id)


def can_make_idea(actor: Actor, facts: Facts) -> bool:
    """A solution or success becomes a change idea: by its own team, or once shared by any team."""
    if not facts.kind.travels or facts.state is State.DRAFT:
        return False
    return is_raiser(actor, facts) or (facts.is_shared and actor.edits(actor.team_id))


def can_work_queue(actor: Actor, team_id: int, rank: int) -> bool:
    """Who acts for a team works its queue: files, answers, assigns, and takes acts on many back."""
    return actor.edits(team_id) or any(level.rank == rank for level in actor.reviewer_levels)


def can_take_batch_back(actor: Actor, act: str, team_id: int, rank: int) -> bool:
    """Who works a team's queue takes its acts on many back; network leads what they did with the calendar."""
    return can_move_promises(actor) if act == "calendar" else can_work_queue(actor, team_id, rank)


def can_move_promises(actor: Actor) -> bool:
    """Network leads, who change the calendar, move promises out of its breaks."""
    return actor.is_network_lead


def can_send_notice(actor: Actor, team_id: int | None) -> bool:
    """Lead, members and linking members of a team tell the teams below of a policy."""
    return actor.edits(team_id)


def can_acknowledge(actor: Actor, team_id: int | None) -> bool:
    """Lead, members and linking members say for their team what a policy means for it."""
    return actor.edits(team_id)
