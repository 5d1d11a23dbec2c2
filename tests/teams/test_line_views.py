"""The pages of a line of teams, of its voices, and the printed charter."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform import pdf
from nic_platform.actor import Level
from teams import line_queries
from teams.models import Membership
from tests import factories as make
from tests.drill import lighter_database
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    found = make_world(session)
    place = session.scalars(
        select(Membership).where(
            Membership.team_id == found.state.id, Membership.user_id == found.people["reviewer"].id
        )
    ).one()
    place.competencies = ["data_use"]
    found.hub.functions, found.school.functions = ["analysis"], ["equity"]
    session.flush()
    return found


def test_a_line_goes_up_to_the_state_and_one_step_down(session: Session, world: World) -> None:
    actor = make.actor_of(session, world.people["lead"])
    found = line_queries.line_of(session, actor, world.school)
    assert [one.name for one in found.teams] == ["Own school", "Hub", "State team"]
    assert found.below == 1
    brought = next(row for row in found.competencies if row.key == "data_use")
    assert [cell.who for cell in brought.cells] == ["", "", world.people["reviewer"].name]
    held = {row.key: [cell.has for cell in row.cells] for row in found.functions}
    assert (held["equity"], held["analysis"]) == ([True, False, False], [False, True, False])


def test_a_district_serves_whom_its_schools_serve(session: Session, world: World) -> None:
    for site, students, lunch in ((world.school.site, 300, 20.0), (world.peer.site, 100, 60.0)):
        site.enrolment, site.lunch_percent, site.is_title_one = students, lunch, lunch > 40
    session.flush()
    found = line_queries.served_by(session, world.hub.site)
    assert (found.students, found.lunch_percent, found.title_one_schools, found.schools) == (400, 30.0, 1, 2)
    own = line_queries.served_by(session, world.school.site)
    assert (own.students, own.lunch_percent, own.is_title_one, own.schools) == (300, 20.0, False, 0)
    nobody = line_queries.served_by(session, make.make_site(session, world.network, level=Level.DISTRICT))
    assert (nobody.students, nobody.lunch_percent, nobody.schools) == (None, None, 0)


def test_the_pages_read_well_and_take_as_many_statements_for_more_teams(
    session: Session, browse: Browse, world: World, count_queries: Counter
) -> None:
    client, team = browse(world.people["hub"]), f"/teams/{world.hub.public_id}"
    pages = {
        f"{team}/line": "From Hub up to State team",
        f"{team}/voices": "no score",
        f"{team}/charter": "Hears:",
    }

    def counts() -> list[int]:
        found = []
        for page, words in pages.items():
            session.expire_all()
            with count_queries() as seen:
                assert words in client.get(page).text
            found.append(len(seen))
        return found

    before = counts()
    for number in range(5):
        site = make.make_site(session, parent=world.hub.site)
        more = make.make_team(session, site=site, name=f"More {number}")
        make.make_user(session, more)
        make.make_link(session, more, world.hub)
    assert counts() == before
    assert max(before) <= 12


@lighter_database
@pytest.mark.skipif(not pdf.can_draw(), reason="WeasyPrint is not installed")
def test_the_charter_is_a_pdf_on_either_paper(browse: Browse, world: World) -> None:
    answer = browse(world.people["member"]).get(f"/teams/{world.school.public_id}/charter?form=pdf&paper=a4")
    assert (answer.content_type, answer.data[:5]) == ("application/pdf", b"%PDF-")
