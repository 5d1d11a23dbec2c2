"""A school, its hub and the state, with somebody in each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.models import User
from feedback import services
from feedback.models import FeedbackItem
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from teams.models import CalendarSpan, Link, Network, SchoolYear, Team
from tests import factories as make
from tests.kept_rows import Things, kept

FIELDS = {"kind": "barrier", "title": "Coaches are pulled to cover classes", "happens": "On 5 of 12 days"}


@dataclass
class Place:
    """The little network, and short ways to bring an item to where a test begins."""

    session: Session
    network: Network
    school: Team
    peer: Team
    hub: Team
    state: Team
    up: Link
    further: Link
    people: dict[str, User]

    def actor(self, who: str) -> Actor:
        team = {"school": self.school, "hub": self.hub, "state": self.state, "peer": self.peer}.get(who)
        return make.actor_of(self.session, self.people[who], team)

    def draft(self, **fields: Any) -> FeedbackItem:
        return services.create(
            self.session, self.school.id, FIELDS | fields, by=self.actor("school"), at=make.NOON
        )

    def sent(self, day: date = make.TODAY, **fields: Any) -> FeedbackItem:
        item = self.draft(**fields)
        services.send(self.session, item, self.up, by=self.actor("school"), at=self.at(day), day=day)
        return item

    def at(self, day: date) -> datetime:
        return make.NOON + (day - make.TODAY)


def later(days: int) -> date:
    return make.TODAY + timedelta(days=days)


def make_break(session: Session, network: Network, first: date, last: date) -> None:
    """Give the network a school year with a break in it."""
    year = SchoolYear(network_id=network.id, name="2025-26", starts_on=later(-180), ends_on=later(180))
    session.add(year)
    session.flush()
    session.add(
        CalendarSpan(network_id=network.id, school_year_id=year.id, kind="break", name="Spring break",
                     starts_on=first, ends_on=last)
    )  # fmt: skip
    session.flush()


@pytest.fixture
def place(session: Session) -> Place:
    held = kept(session, "place of feedback", lambda: _made(session))
    people = {name.removeprefix("as "): held.pop(name) for name in list(held) if name.startswith("as ")}
    return Place(session, **held, people=people)


def _made(session: Session) -> Things:
    network = make.make_network(session)
    state_site = make.make_site(session, network, level=Level.STATE)
    district = make.make_site(session, parent=state_site, level=Level.DISTRICT, name="Cottonwood")
    sites = [make.make_site(session, parent=district) for _ in range(2)]
    school, peer = (make.make_team(session, site=site) for site in sites)
    hub = make.make_team(session, site=district, level=Level.DISTRICT, name="Hub")
    state = make.make_team(session, site=state_site, level=Level.STATE, name="State")
    up = make.make_link(session, school, hub, promised_days=10)
    make.make_link(session, peer, hub, promised_days=10)
    further = make.make_link(session, hub, state, promised_days=21)
    people = {
        "school": make.make_user(session, school, role=TeamRole.LEAD),
        "coach": make.make_user(session, school, role=TeamRole.COACH),
        "observer": make.make_user(session, school, role=TeamRole.OBSERVER),
        "peer": make.make_user(session, peer),
        "hub": make.make_user(session, hub, role=TeamRole.LEAD),
        "state": make.make_user(session, state),
        "network_lead": make.make_user(session),
        "reviewer": make.make_user(session),
        "analyst": make.make_user(session),
    }
    make.make_network_member(session, network, people["network_lead"], NetworkRole.LEAD)
    make.make_network_member(session, network, people["reviewer"], NetworkRole.REVIEWER, Level.STATE)
    make.make_network_member(session, network, people["analyst"], NetworkRole.ANALYST)
    teams = {"school": school, "peer": peer, "hub": hub, "state": state}
    links = {"network": network, "up": up, "further": further}
    return teams | links | {f"as {name}": user for name, user in people.items()}
