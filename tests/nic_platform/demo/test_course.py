"""What the demo shows of course corrections."""

from sqlalchemy import select

from accounts.models import User
from milestones.views import course_reading
from nic_platform import clock
from nic_platform.database import session
from nic_platform.demo.names import HUB
from teams.models import Team
from tests.factories import actor_of
from tests.nic_platform.demo.conftest import Demo


def test_the_hubs_picture_shows_every_cell(demo: Demo) -> None:
    with demo.app.test_request_context():
        priya = session().scalars(select(User).where(User.email == "priya@altamont.example")).one()
        hub = session().scalars(select(Team).where(Team.name == HUB)).one()
        actor = actor_of(session(), priya, hub)
        found = course_reading.below(session(), actor, None, clock.today(actor.time_zone))

        cells = {str(each.cell) for _plan, each in found.told}
        assert cells == {
            "keep_going",
            "question_strategy",
            "implement_first",
            "look_for_cause",
            "cannot_tell",
        }
