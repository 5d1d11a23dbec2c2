"""The people who can sign in to the demo, one for every role; everybody else in it only has a name.

Their passwords stand here in the open: such accounts exist only in a database marked as a demo, which is
served on this machine alone.
"""

from dataclasses import dataclass

from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.demo.names import HUB, SCHOOL, STATE_TEAM

PEER = "Bristlecone Elementary"
OTHER_TEAM = "Kestrel Bay School"


@dataclass(frozen=True)
class Person:
    """Somebody with a sign-in: what they are for (``role``), and their places in teams."""

    role: str
    name: str
    email: str
    title: str
    teams: tuple[tuple[str, TeamRole], ...] = ()
    network_roles: tuple[tuple[NetworkRole, Level | None], ...] = ()
    is_admin: bool = False
    elsewhere: bool = False

    @property
    def password(self) -> str:
        """The password, the same every time the demo is built."""
        return f"{self.name.split()[0].lower()} climbs in steps"


THREE = ("lead", "district", "state")
PEOPLE = (
    Person("lead", "Rosa Medina", "rosa@altamont.example", "Instructional coach", ((SCHOOL, TeamRole.LEAD),)),
    Person(
        "district", "Priya Raman", "priya@altamont.example", "Director of improvement", ((HUB, TeamRole.LEAD),
            )
    ),
    Person(
        "state", "Helen Sorensen", "helen@altamont.example", "Deputy commissioner", ((STATE_TEAM,
            TeamRole.LEAD),),
        ((NetworkRole.LEAD, None), (NetworkRole.REVIEWER, Level.STATE)),
    ),
    Person("member", "Joe Begay", "joe@altamont.example", "Grade 4 teacher", ((SCHOOL, TeamRole.MEMBER),)),
    Person(
        "linking", "Linh Tran", "linh@altamont.example", "Data lead",
        ((SCHOOL, TeamRole.LINKING), (HUB, TeamRole.LINKING)),
    ),
    Person("coach", "Tobias Okafor", "tobias@altamont.example", "Improvement coach", ((SCHOOL,
        TeamRole.COACH),)),
    Person("observer", "Maren Holt", "maren@altamont.example", "Family representative", ((SCHOOL,
        TeamRole.OBSERVER),)),
    Person("peer", "Adaeze Diallo", "adaeze@altamont.example", "Assistant principal", ((PEER, TeamRole.LEAD),
        )),
    Person(
        "network_lead", "Anton Whitaker", "anton@altamont.example", "Network director",
        network_roles=((NetworkRole.LEAD, None),),
    ),
    Person(
        "reviewer", "Marta Lindqvist", "marta@altamont.example", "Assessment office", ((STATE_TEAM,
            TeamRole.MEMBER),),
        ((NetworkRole.REVIEWER, Level.STATE),),
    ),
    Person(
        "analyst", "Ravi Ferrante", "ravi@altamont.example", "Data services",
        network_roles=((NetworkRole.ANALYST, None),),
    ),
    Person("admin", "Ines Baptiste", "ines@altamont.example", "System administrator", is_admin=True),
    Person(
        "other_network", "Olaf Strand", "olaf@tri-rivers.example", "Principal", ((OTHER_TEAM, TeamRole.LEAD),
            ),
        elsewhere=True,
    ),
)  # fmt: skip
BY_ROLE = {person.role: person for person in PEOPLE}
