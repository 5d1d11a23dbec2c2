"""What the desk writes: the chosen team, and which notices were read."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desk import services
from nic_platform import clock
from nic_platform.errors import AbsentError
from tests import factories as make
from tests.desk.scenes import a_notice


def test_the_first_reading_counts(session: Session) -> None:
    user, at = make.make_user(session), clock.now()
    notice = a_notice(session, user)

    services.mark_read(session, notice, at=at)
    services.mark_read(session, notice, at=at + timedelta(days=1))

    assert notice.read_at == at


@pytest.mark.parametrize("column", ["deleted_at", "archived_at"])
def test_a_team_that_is_no_more_can_not_be_chosen(session: Session, column: str) -> None:
    team = make.make_team(session)
    user = make.make_user(session, team)
    setattr(team, column, clock.now())
    session.flush()

    with pytest.raises(AbsentError):
        services.choose_team(session, user_id=user.id, sign_in_id=0, team_id=team.public_id)
