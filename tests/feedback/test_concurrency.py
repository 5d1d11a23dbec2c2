"""Several people at once, each on a connection of their own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import select

from accounts.models import User
from feedback import answer_services, services
from feedback.models import FeedbackItem, FeedbackStep
from nic_platform.actor import Level
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError
from teams.models import Link, Team
from tests import factories as make
from tests.factories import NOON, TODAY


def arrange(app: Flask) -> dict[str, int]:
    """Commit a school linked to a hub and a state team, with a person in each; return their ids."""
    with app.app_context(), transaction() as current:
        network = make.make_network(current)
        school = make.make_team(current, network)
        hub = make.make_team(current, network, level=Level.DISTRICT)
        state = make.make_team(current, network, level=Level.STATE)
        up, further = make.make_link(current, school, hub), make.make_link(current, hub, state)
        people = [make.make_user(current, team) for team in (school, hub, hub)]
        actors = [make.actor_of(current, person) for person in people]
        item = services.create(
            current, school.id, {"title": "One", "happens": "Daily"}, by=actors[0], at=NOON
        )
        services.send(current, item, up, by=actors[0], at=NOON, day=TODAY)
        return {
            "school": school.id, "hub": hub.id, "state": state.id, "further": further.id, "item": item.id,
            "raiser": people[0].id, "first": people[1].id, "second": people[2].id, "version": item.version,
        }  # fmt: skip


def at_once(app: Flask, works: list[Callable[[], None]]) -> list[str]:
    """Run each work in a thread and transaction of its own, all let go together; return how each ended."""
    gate = Barrier(len(works))
    ended: list[str] = []

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    work()
                ended.append("done")
            except ConflictError:
                ended.append("refused")
            finally:
                session().close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_numbers_stay_unique_when_eight_raise_at_once(own_app: Flask) -> None:
    ids = arrange(own_app)

    def work() -> None:
        person = session().get_one(User, ids["raiser"])
        services.create(session(), ids["school"], {}, by=make.actor_of(session(), person), at=NOON)

    assert at_once(own_app, [work] * 8) == ["done"] * 8
    with own_app.app_context():
        numbers = list(session().scalars(select(FeedbackItem.number).order_by(FeedbackItem.number)))
    assert numbers == list(range(1, 10))


def test_of_two_receivers_at_once_exactly_one_succeeds(own_app: Flask) -> None:
    ids = arrange(own_app)

    def act(who: str) -> Callable[[], None]:
        def work() -> None:
            person = session().get_one(User, ids[who])
            actor = make.actor_of(session(), person)
            item = session().get_one(FeedbackItem, ids["item"])
            session().get_one(Team, ids["hub"])
            when: dict[str, Any] = {"by": actor, "at": NOON, "day": TODAY, "version": ids["version"]}
            if who == "first":
                link = session().get_one(Link, ids["further"])
                answer_services.lift(session(), item, link, "Up", **when)
            else:
                answer_services.decline(session(), item, "No", **when)

        return work

    assert at_once(own_app, [act("first"), act("second")]) == ["done", "refused"]
    with own_app.app_context():
        item = session().get_one(FeedbackItem, ids["item"])
        legs = session().scalars(select(FeedbackStep).where(FeedbackStep.item_id == item.id)).all()
        assert item.version > ids["version"]
        assert len(legs) == 3
        assert [leg.team_id for leg in legs if leg.left_at is None] == [item.holder_id]
