"""What the pages and the API of the queue share: whose it is, what was chosen, which theme was meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback import policies, queue_item_queries, queue_queries, theme_services, triage
from feedback.base_views import visitor
from feedback.models import Theme
from feedback.queue_item_queries import QueueItem
from feedback.queue_queries import QueueTeam
from milestones.calendar_queries import breaks_of
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import InputError
from nic_platform.pages import today
from nic_platform.text import _
from teams.breaks import Breaks
from teams.models import Team


@dataclass(frozen=True)
class Sitting:
    """Whose queue is worked, by whom, and on which day."""

    actor: Actor
    teams: Sequence[QueueTeam]
    breaks: Breaks

    @property
    def ids(self) -> list[int]:
        """Return the teams whose queue it is."""
        return [team.id for team in self.teams]

    @property
    def may_act(self) -> bool:
        """Say whether the visitor works this queue, rather than looks on."""
        return any(policies.can_work_queue(self.actor, team.id, team.level.rank) for team in self.teams)

    def clock(self, row: QueueItem) -> triage.Clock:
        """Return how a report stands against its promise."""
        day = today(self.actor)
        return triage.clock(row.held_on or day, row.due_on, day, self.breaks)


def sitting() -> Sitting:
    """Return the queue that the visitor works.

    Raises:
        AbsentError: they have no team here and review nothing.
    """
    actor = visitor()
    teams = queue_queries.queue_teams(session(), actor)
    return Sitting(actor, teams, breaks_of(session(), actor.network_id))


def chosen_of(current: Session, here: Sitting, chosen: dict[UUID, int]) -> tuple[Team, dict[int, int]]:
    """Return the team that holds the chosen reports, and the versions that were read by number.

    In a queue of several teams it is the team of the first; the others' reports are named as left out.

    Raises:
        InputError: none was chosen, or none of them may be read here.
    """
    rows = queue_item_queries.known_items(current, here.actor, list(chosen))
    if not rows:
        mend = _("Choose at least one report.")
        raise InputError(mend, {"items": mend})
    held = next((holder for _id, _key, holder in rows if holder in here.ids), here.ids[0])
    may = next(team for team in here.teams if team.id == held)
    access.require(
        policies.can_work_queue(here.actor, held, may.level.rank),
        _("Only %(team)s does this.", team=may.name),
    )
    return current.get_one(Team, held), {number: chosen[key] for number, key, _holder in rows}


def theme_of(
    current: Session, actor: Actor, value: str, title: str, team: Team, *, at: datetime
) -> Theme | None:
    """Return the theme that a form names: a known one, a new one with *title*, or none.

    Raises:
        InputError: nothing was chosen, or the new one has no title.
    """
    if value == "new":
        return theme_services.create_theme(
            current, team.network_id, team.id, {"title": title}, by=actor, at=at
        )
    if value == "none":
        return None
    mend = _("Choose a theme.")
    try:
        key = UUID(value)
    except ValueError:
        raise InputError(mend, {"theme": mend}) from None
    return queue_queries.get_theme(current, actor, key)


def person_of(current: Session, team: Team, value: UUID | str | None) -> int | None:
    """Return the number of somebody who may be given a team's work; none for an empty choice.

    Raises:
        InputError: they may not.
    """
    if not value:
        return None
    people = queue_item_queries.people_for(current, [team.id])
    found = next((each.id for each in people if str(each.public_id) == str(value)), None)
    if found is None:
        mend = _("Choose somebody of the team.")
        raise InputError(mend, {"person": mend})
    return found
