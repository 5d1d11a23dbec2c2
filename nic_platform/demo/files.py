"""Files beside two cycles: one of Alder Creek's own, one of a school that shares nothing with it."""

from io import BytesIO

from sqlalchemy import select

from cycles.models import Cycle
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import PEER
from nic_platform.storage import storage
from nic_platform.tables import Attachment

_TICKETS = "lesson,tickets handed in,of\n1,17,24\n2,19,24\n3,21,24\n"


def build(b: Builder) -> None:
    """Attach a small table of counts to the newest unshared cycle of each of the two schools."""
    for name in (SCHOOL, PEER):
        team = b.teams[name]
        wanted = select(Cycle.public_id).where(Cycle.team_id == team.id, Cycle.is_draft.is_(False))
        found = b.session.scalar(wanted.where(Cycle.is_shared.is_(False)).order_by(Cycle.id.desc()).limit(1))
        if found is None:
            continue
        stored = storage().put(BytesIO(_TICKETS.encode()))
        b.session.add(
            Attachment(
                public_id=b.uuid(), network_id=b.network_id, team_id=team.id, object_kind="cycle",
                object_id=found, name="exit-tickets.csv", content_type="text/csv", size=stored.size,
                sha256=stored.sha256, key=stored.key, created_at=b.days.now, created_by_id=team.person,
            )
        )  # fmt: skip
    b.session.flush()
