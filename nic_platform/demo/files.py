"""Files: tables beside a cycle of Alder Creek's and of a school that shares nothing with it, a photo, and a
table beside a barrier that went up to the State."""

from io import BytesIO

from sqlalchemy import select

from cycles.models import Cycle
from feedback.models import FeedbackItem
from nic_platform.demo import picture
from nic_platform.demo.acted import BARRIER
from nic_platform.demo.builder import Builder, DemoTeam
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import PEER
from nic_platform.storage import storage
from nic_platform.tables import Attachment

_TICKETS = "lesson,tickets handed in,of\n1,17,24\n2,19,24\n3,21,24\n"
_BOOKINGS = "call asked for,interpreter came,days waited\n1,yes,19\n2,no,\n3,yes,22\n4,yes,20\n"
_PHOTO = "Six exit tickets on a table; two are hardly begun.png"
_SEEN = "One-item exit ticket, grades 4–5"


def build(b: Builder) -> None:
    """Attach a small table of counts to the newest unshared cycle of each school, a photo to the story's."""
    for name in (SCHOOL, PEER):
        team = b.teams[name]
        wanted = select(Cycle).where(Cycle.team_id == team.id, Cycle.is_draft.is_(False))
        found = b.session.scalar(wanted.where(Cycle.is_shared.is_(False)).order_by(Cycle.id.desc()).limit(1))
        if found is not None:
            _attach(b, team, found, "exit-tickets.csv", "text/csv", _TICKETS.encode())
    seen = b.session.get_one(Cycle, b.ids[f"cycle {_SEEN} 5"])
    _attach(b, b.teams[SCHOOL], seen, _PHOTO, "image/png", picture.exit_tickets())
    raised = select(FeedbackItem).where(
        FeedbackItem.team_id == b.teams[SCHOOL].id, FeedbackItem.title == BARRIER["title"]
    )
    item = b.session.scalars(raised).one()
    _attach(b, b.teams[SCHOOL], item, "interpreter-bookings.csv", "text/csv", _BOOKINGS.encode())
    b.session.flush()


def _attach(b: Builder, team: DemoTeam, to: Cycle | FeedbackItem, name: str, kind: str, data: bytes) -> None:
    stored = storage().put(BytesIO(data))
    b.session.add(
        Attachment(
            public_id=b.uuid(), network_id=b.network_id, team_id=team.id, object_kind=to.__audited__,
            object_id=to.public_id, name=name, content_type=kind, size=stored.size,
            sha256=stored.sha256, key=stored.key, created_at=b.days.now, created_by_id=team.person,
        )
    )  # fmt: skip
