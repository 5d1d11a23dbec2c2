"""What was asked for as files: an archive that was stopped, one of the small network, and a table."""

from datetime import timedelta
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import select

from accounts.models import User
from desk import taking_services
from interchange import archive_job_services, archive_services
from nic_platform import exporting, page_files
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import OTHER_TEAM
from nic_platform.page_tables import Sheet
from nic_platform.storage import storage
from nic_platform.tables import Job
from teams.models import Membership, Team
from teams.queries import standing_of

_ASKED = timedelta(hours=3)


def build(b: Builder) -> None:
    """Leave the archive of the demo's network stopped; it has many rows. The other's is soon made."""
    other = b.session.scalars(select(Team).where(Team.name == OTHER_TEAM)).one()
    asked: dict[str, Any] = {
        "name": archive_job_services.JOB, "attempts": 1,
        **dict.fromkeys(("created_at", "started_at", "finished_at"), b.days.now - _ASKED),
    }  # fmt: skip
    b.session.add(
        Job(public_id=b.uuid(), network_id=b.network_id, state="cancelled", cancel_asked_at=b.days.now,
            created_by_id=b.people.get("state"), payload={"network_id": b.network_id, "confirmed": True},
            progress=31, **asked)
    )  # fmt: skip
    b.session.flush()
    b.session.add(
        Job(public_id=b.uuid(), network_id=other.network_id, state="done", progress=100,
            payload={"network_id": other.network_id}, result=_archive(b, other.network_id), **asked)
    )  # fmt: skip
    for team_id in (b.teams[SCHOOL].id, other.id):
        _table(b, b.session.get_one(Team, team_id))
    b.session.flush()


def _archive(b: Builder, network_id: int) -> dict[str, Any]:
    with TemporaryFile() as file:
        manifest = archive_services.write_from(b.session.connection(), storage(), network_id, file)
        file.seek(0)
        kept = storage().put(file)
    return {
        "key": kept.key, "size": kept.size, "rows": sum(manifest.rows().values()),
        "until": (b.days.now + archive_job_services.KEPT).isoformat(), "missing": 0, "faults": 0,
    }  # fmt: skip


def _table(b: Builder, team: Team) -> None:
    """Leave the people of a team as a file, as the background makes it where it is long."""
    people = select(User.id, User.name, Membership.role).join(Membership, Membership.user_id == User.id)
    rows = b.session.execute(people.where(Membership.team_id == team.id).order_by(User.id)).all()
    user = b.session.get_one(User, b.teams[SCHOOL].person if team.id == b.teams[SCHOOL].id else rows[0].id)
    sheet = Sheet(team.name, ("Name", "Role"), tuple((row.name, str(row.role)) for row in rows))
    made = page_files.made([sheet], "csv", team.name, str)
    kept = storage().put(BytesIO(made.body))
    rights = taking_services.rights_of(standing_of(b.session, user, team.id).actor)
    path = f"/teams/{team.public_id}/people"
    b.session.add(
        Job(
            public_id=b.uuid(), network_id=team.network_id, name=taking_services.JOB, state="done",
            progress=100, created_at=b.days.now - _ASKED, finished_at=b.days.now - _ASKED,
            created_by_id=user.id,
            payload={"path": f"{path}?take=csv", "title": team.name, "user_id": user.id, "team_id": team.id,
                     "language": "en"},
            result={"key": kept.key, "size": kept.size, "rights": rights, "type": exporting.CSV_TYPE,
                    "name": made.name, "until": (b.days.now + taking_services.KEPT).isoformat()},
        )
    )  # fmt: skip
