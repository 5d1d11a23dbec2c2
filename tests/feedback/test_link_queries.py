"""What travelled on links."""

from datetime import timedelta

from sqlalchemy.orm import Session

from feedback.link_queries import link_loads
from nic_platform.actor import Level
from tests import factories as make


def test_open_answered_and_in_time_are_told_by_link(session: Session) -> None:
    network = make.make_network(session)
    school, other = make.make_team(session, network), make.make_team(session, network)
    hub = make.make_team(session, network, level=Level.DISTRICT)
    for team, days in ((school, None), (school, 3), (school, 30), (other, 0)):
        item = make.make_item(session, team, state="with_team", holder_id=hub.id)
        left = None if days is None else make.NOON + timedelta(days=days)
        make.make_step(session, item, team, position=0, left_at=make.NOON)
        make.make_step(
            session, item, hub, position=1, from_id=team.id, reached_at=make.NOON, left_at=left,
            promised_on=make.TODAY + timedelta(days=14),
        )  # fmt: skip

    found = link_loads(session, [hub.id], "America/Denver", since=make.NOON - timedelta(days=365))

    assert found == {(school.id, hub.id): (1, 2, 1), (other.id, hub.id): (0, 1, 1)}
    assert link_loads(session, [], "America/Denver", since=make.NOON) == {}
