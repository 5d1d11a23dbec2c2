"""A file taken away comes back within thirty days, and not after."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import attachment_queries as queries
from desk import attachment_services as services
from nic_platform import audit
from nic_platform.actor import Actor
from nic_platform.database import transaction
from nic_platform.errors import RuleError
from nic_platform.tables import Attachment
from tests import factories as make
from tests.together import at_once


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


def test_of_eight_files_at_once_the_quota_takes_as_many_as_fit(own_app: Flask) -> None:
    text = b"Twenty-one of 24.\n" * 50
    with own_app.app_context(), transaction() as current:
        cycle = make.make_cycle(current)
        person, kind, thing = make.make_user(current).id, "cycle", cycle.public_id
        team, number = cycle.team_id, cycle.id

    def send(current: Session) -> None:
        own = current.get_one(type(cycle), number)
        owner = queries.Owner(kind, thing, "", team, own)
        services.attach(
            current, owner, io.BytesIO(text), "a.txt", quota=3 * len(text), by=Actor(person), at=make.NOON
        )

    ended = at_once(own_app, [send] * 8)

    assert Counter(ended) == {"done": 3, "InputError": 5}
    with own_app.app_context(), transaction() as current:
        assert sum(current.scalars(select(Attachment.size))) == 3 * len(text)
