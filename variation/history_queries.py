"""Under which condition a person may read the history of what teams ask each other and add to ideas.

A history names who wrote each line, so that it is for fewer people than the words themselves.
"""

from sqlalchemy import ColumnElement, and_, or_, select

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea
from nic_platform.actor import Actor
from teams.queries import in_network
from variation.asking_queries import reads_asking
from variation.models import Asking, IdeaStory


def reads_asking_history(actor: Actor) -> ColumnElement[bool]:
    """Questions between teams: both of them, once each knows the other."""
    known = or_(Asking.is_unnamed.is_(False), Asking.answered_at.is_not(None))
    return and_(reads_asking(actor), known, Asking.answers_by_name.is_(True))


def reads_story_history(actor: Actor) -> ColumnElement[bool]:
    """What a team added to an idea: the team itself, and all who know the idea where it gives its name."""
    own = IdeaStory.team_id.in_(sorted(actor.team_ids))
    ideas = select(ChangeIdea.id).where(may_read_idea(actor))
    here = and_(in_network(actor, IdeaStory.network_id), IdeaStory.idea_id.in_(ideas))
    return and_(here, or_(own, IdeaStory.is_named.is_(True)))
