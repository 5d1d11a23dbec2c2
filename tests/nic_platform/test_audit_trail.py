from sqlalchemy.orm import Session

from nic_platform import audit_trail
from tests.factories import make_team


def test_checking_the_trail_tells_how_far_it_is(session: Session) -> None:
    team = make_team(session)
    read: list[int] = []

    assert [f for f in audit_trail.verify(session, read.append) if f.object_id == team.public_id] == []

    assert sum(read) == 2 * audit_trail.entries(session)
