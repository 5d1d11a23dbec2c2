"""Two rosters in the demo: a district's OneRoster files and what a night did; a directory and its groups."""

from nic_platform.demo.builder import Builder
from nic_platform.demo.names import SCHOOL
from nic_platform.tables import ImportRun
from rosters.models import RosterGroup, RosterPerson, RosterSource
from teams.models import Team


def build(b: Builder) -> None:
    """Add both, each with people it knows; nobody of the story loses access."""
    team = b.session.get_one(Team, b.teams[SCHOOL].id)
    files = RosterSource(
        public_id=b.uuid(), network_id=b.network_id, name="Altamont schools, staff", kind="oneroster",
        domains=["altamont.example"], roles={"principal": "lead", "teacher": "member"}, created_at=b.days.now,
        last_run_at=b.days.now,
    )  # fmt: skip
    directory = RosterSource(
        public_id=b.uuid(), network_id=b.network_id, name="State office directory", kind="scim",
        domains=["state.example"], created_at=b.days.now,
    )  # fmt: skip
    b.session.add_all([files, directory])
    b.session.flush()
    b.session.add_all(
        [
            RosterGroup(
                public_id=b.uuid(),
                network_id=b.network_id,
                source_id=directory.id,
                name="Improvement office",
                team_id=team.id,
                role="observer",
                created_at=b.days.now,
                changed_at=b.days.now,
            ),
            RosterPerson(
                public_id=b.uuid(),
                network_id=b.network_id,
                source_id=files.id,
                external_id="T-2041",
                email="t.quill@altamont.example",
                is_active=False,
                ended_at=b.days.now,
                created_at=b.days.now,
                changed_at=b.days.now,
                values={
                    "name": "Tess Quill",
                    "email": "t.quill@altamont.example",
                    "user_name": "",
                    "seats": [],
                },
            ),
            ImportRun(
                public_id=b.uuid(),
                network_id=b.network_id,
                kind="roster",
                file_name="staff-2026-02-24.zip",
                state="done",
                rows_read=412,
                rows_changed=1,
                rows_unchanged=38,
                rows_skipped=373,
                created_at=b.days.now,
                finished_at=b.days.now,
                undo={"sites": [], "made": [], "linked": [], "returned": [], "changed": [], "left": []},
                mapping={
                    "source": str(files.public_id),
                    "name": files.name,
                    "version": "1.2",
                    "mode": "bulk",
                    "has_manifest": True,
                    "skipped": {"students": 361, "not here": 12},
                    "active": 39,
                    "leaving": 1,
                    "leavers": ["Tess Quill"],
                    "places": 6,
                    "counts": {"classes": 84, "enrollments": 2190},
                },
            ),
        ]
    )
    b.session.flush()
