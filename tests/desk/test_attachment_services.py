"""A file taken away comes back within thirty days, and not after."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desk import attachment_queries as queries
from desk import attachment_services as services
from nic_platform import audit
from nic_platform.errors import RuleError
from tests import factories as make


def test_taking_away_twice_is_told_once(session: Session) -> None:
    cycle = make.make_cycle(session)
    file = make.make_attachment(session, cycle)
    owner = queries.Owner("cycle", cycle.public_id, cycle.title, cycle.team_id, cycle)

    services.remove(session, file, owner, at=make.NOON)
    services.remove(session, file, owner, at=make.NOON + timedelta(days=1))

    assert file.deleted_at == make.NOON
    told = [change.action for change in audit.history(session, "cycle", cycle.public_id)]
    assert told == ["detached", "created"]


@pytest.mark.parametrize(("days", "is_back"), [(30, True), (31, False)])
def test_a_file_can_be_brought_back_for_thirty_days(session: Session, days: int, is_back: bool) -> None:
    cycle = make.make_cycle(session)
    file = make.make_attachment(session, cycle, deleted_at=make.NOON)
    owner = queries.Owner("cycle", cycle.public_id, cycle.title, cycle.team_id, cycle)
    later = make.NOON + timedelta(days=days)

    if is_back:
        services.restore(session, file, owner, at=later)
    else:
        with pytest.raises(RuleError, match="thirty days"):
            services.restore(session, file, owner, at=later)

    assert (file.deleted_at is None) is is_back
