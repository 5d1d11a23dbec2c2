"""Writing down an act on many reports, so that it can be undone as one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.batches import Many, snapshot
from feedback.models import ActBatch, ActBatchItem, FeedbackItem
from nic_platform.actor import Actor


def locked(session: Session, item_ids: Sequence[int]) -> list[FeedbackItem]:
    """Return these items as they are now, in a fixed order, held until the transaction ends.

    Nobody moves one of them meanwhile, and two who act on the same ones do not wait for each other for ever.
    """
    query = select(FeedbackItem).where(FeedbackItem.id.in_(list(item_ids))).order_by(FeedbackItem.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


class Record:
    """One act on many reports while it is done: what each was before, and its version after."""

    def __init__(
        self, session: Session, network_id: int, team_id: int, act: Many, *, by: Actor, at: datetime,
        words: str = "",
    ) -> None:  # fmt: skip
        self.session = session
        self.batch = ActBatch(
            network_id=network_id, team_id=team_id, user_id=by.user_id, at=at, act=act.value, words=words
        )
        session.add(self.batch)
        session.flush()
        self.before: dict[int, dict[str, object]] = {}

    def note(self, item: FeedbackItem) -> None:
        """Keep what an item is before the act."""
        self.before[item.id] = snapshot(item)

    def forget(self, item: FeedbackItem) -> None:
        """Leave an item out that could not be acted on."""
        self.before.pop(item.id, None)

    def done(self, items: Sequence[FeedbackItem]) -> ActBatch:
        """Write down what was acted on, once everything is saved."""
        self.session.flush()
        for item in items:
            if item.id in self.before:
                self.session.add(
                    ActBatchItem(
                        batch_id=self.batch.id, item_id=item.id, before=self.before[item.id],
                        version_after=item.version,
                    )
                )  # fmt: skip
        self.session.flush()
        return self.batch
