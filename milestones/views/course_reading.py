"""Gather how the strategies of all schools of a hub or a district run, for the page and the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from milestones import course_queries
from milestones.course import StrategyCourse
from milestones.rows import PlanRow
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from variation import queries as variation_queries
from variation.comparison import Sight
from variation.queries import District


@dataclass(frozen=True)
class Below:
    """The strategies of schools, by the school's name, and the schools that have none.

    ``districts`` are those to choose from, for who sees the whole network.
    """

    told: tuple[tuple[PlanRow, StrategyCourse], ...]
    without: tuple[str, ...]
    districts: tuple[District, ...] = ()
    district: District | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether no school is below the reader at all."""
        return not self.told and not self.without and not self.districts


def below(session: Session, actor: Actor, district_id: UUID | None, day: date) -> Below:
    """Return how the strategies of all schools below the chosen team run, or of a district's schools.

    Schools that the reader does not read by name are left out; eight statements at most.

    Raises:
        AbsentError: there is no such district for the reader.
    """
    districts = variation_queries.list_districts(session, actor) if actor.sees_network else []
    district = _district(session, actor, districts, district_id)
    named = {Sight.OWN, Sight.BELOW, Sight.NAMED} if actor.sees_network else {Sight.OWN, Sight.BELOW}
    schools = variation_queries.list_schools(session, actor, district.id if district else None)
    schools = [school for school in schools if school.sight in named]
    plans = course_queries.current_plans(session, actor, [school.team_id for school in schools], day)
    found = course_queries.courses(session, actor, plans, day)
    told = tuple(
        (each.plan, strategy)
        for each in sorted(found, key=lambda each: (each.plan.team_name, each.plan.id))
        for strategy in each.strategies
    )
    have = {plan.team_id for plan, _each in told}
    without = tuple(sorted(school.name for school in schools if school.team_id not in have))
    return Below(told, without, tuple(districts), district)


def _district(
    session: Session, actor: Actor, districts: Sequence[District], wanted: UUID | None
) -> District | None:
    """Return the district that was asked for, else the chosen team's, else the first."""
    if wanted is not None:
        found = next((each for each in districts if each.public_id == wanted), None)
        if found is None:
            raise AbsentError(_("There is no such district."))
        return found
    home = variation_queries.district_of(session, actor) if districts and actor.team_id else None
    return next((each for each in districts if each.id == home), districts[0] if districts else None)
