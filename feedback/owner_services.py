"""Who of a team works on a report: kept while the report is away, given back when it comes again.

The owner belongs to the team that holds a report. When the report goes to another team nobody there works on
it yet; when it comes back (a reply, an answer that did not help, an answer to hand down) whoever worked on it
before goes on, if they are still there.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.models import FeedbackItem
from feedback.rules import Act
from feedback.telling_services import can_sign_in, editors_of, tell
from nic_platform import audit
from nic_platform.text import _

UNTOLD = frozenset({Act.LIFT, Act.PASS, Act.ASK})
"""Acts of a holder that the holder's own team is not told of."""


def owner_again(session: Session, item: FeedbackItem, team_id: int) -> int | None:
    """Return who worked on a report when a team gave it away last, if they still act for the team.

    Read from the report's history, where each move tells the team and the person that it left.
    """
    for change in audit.history(session, "feedback_item", item.public_id):
        if change.changes.get("holder_id", (None, None))[0] == team_id:
            owner = change.changes.get("owner_id", (None, None))[0]
            return owner if owner in can_sign_in(session, editors_of(session, {team_id})) else None
    return None


def tell_owner(
    session: Session, item: FeedbackItem, owner_id: int | None, act: Act, *, by: int | None, at: datetime
) -> None:
    """Tell whoever worked on a report that a colleague gave it away."""
    if owner_id is None or owner_id == by or act not in UNTOLD:
        return
    asked = _("Asked back by your team: %(title)s", title=item.title)
    gone = _("Went on from your team: %(title)s", title=item.title)
    body = _("It comes back to you when the answer does.")
    tell(session, item, [owner_id], "moved", asked if act is Act.ASK else gone, at=at, body=body)
