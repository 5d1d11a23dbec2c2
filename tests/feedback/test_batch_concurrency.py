"""Two people act on the same reports at once: one of them does, the other is told."""

from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from accounts.models import User
from feedback import batch_services, theme_services
from feedback.batches import Many
from feedback.models import ActBatch, FeedbackItem, FeedbackStep, Theme
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError, RuleError
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.test_concurrency import arrange


def at_once(app: Flask, ids: dict[str, int], work: Any) -> list[str]:
    """Let both people of the hub do *work* at the same moment; return how each ended."""
    gate, ended = Barrier(2), list[str]()

    def run(who: str) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction() as current:
                    work(current, make.actor_of(current, current.get_one(User, ids[who])))
                ended.append("done")
            except (ConflictError, RuleError):
                ended.append("refused")
            finally:
                session().close()

    threads = [Thread(target=run, args=(who,)) for who in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_of_two_acts_on_the_same_report_one_is_done_and_of_two_undos_one(own_app: Flask) -> None:
    ids = arrange(own_app)

    def decline(current: Any, by: Any) -> None:
        batch_services.act_on_many(
            current, current.get_one(Team, ids["hub"]), {ids["item"]: ids["version"]}, Many.DECLINE,
            {"words": "Not ours"}, by=by, at=NOON, day=TODAY,
        )  # fmt: skip

    def undo(current: Any, by: Any) -> None:
        batch = current.scalars(select(ActBatch)).one()
        batch_services.undo(current, batch, by=by, at=NOON, day=TODAY)

    assert at_once(own_app, ids, decline) == ["done", "refused"]
    assert at_once(own_app, ids, undo) == ["done", "refused"]

    with own_app.app_context():
        current = session()
        item = current.get_one(FeedbackItem, ids["item"])
        assert (item.state, item.holder_id) == ("waiting", ids["hub"])
        query = select(func.count()).where(FeedbackStep.item_id == item.id, FeedbackStep.left_at.is_(None))
        assert current.scalar(query) == 1


def test_of_two_themes_joined_crosswise_one_goes_into_the_other(own_app: Flask) -> None:
    ids = arrange(own_app)
    with own_app.app_context(), transaction() as current:
        hub = current.get_one(Team, ids["hub"])
        pair = [make.make_theme(current, hub).id for _theme in range(2)]

    def merge(current: Any, by: Any) -> None:
        turn = 1 if by.user_id == ids["first"] else -1
        theme, into = (current.get_one(Theme, key) for key in pair[::turn])
        theme_services.merge(current, theme, into, by=by, at=NOON)

    assert at_once(own_app, ids, merge) == ["done", "refused"]

    with own_app.app_context():
        closed = session().scalars(select(Theme).where(Theme.joined_into_id.is_not(None))).all()
        assert len(closed) == 1
