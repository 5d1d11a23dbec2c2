"""What a roster's words mean here: roles, states, kinds of places, and when a person has to agree. Pure.

The words are those of 1EdTech's OneRoster 1.1 and 1.2 (CSV binding).
"""

from collections.abc import Iterable, Mapping

from nic_platform.actor import TeamRole
from nic_platform.text import _

ONEROSTER, SCIM = "oneroster", "scim"
KIND = "roster"
"""Of the runs that a roster's files leave."""

STUDENT = frozenset({"student"})
FAMILY = frozenset({"guardian", "parent", "relative"})
STAFF = (
    "teacher", "aide", "counselor", "principal", "proctor", "administrator", "siteadministrator",
    "districtadministrator", "systemadministrator",
)  # fmt: skip
LEFT = frozenset({"tobedeleted", "inactive"})
MOST_ENDED = 20
SHARE_ENDED = 0.10
FEW = 2
_ORDER = (TeamRole.LEAD, TeamRole.LINKING, TeamRole.MEMBER, TeamRole.COACH, TeamRole.OBSERVER)


def plain_role(text: str) -> str:
    """Return a role of a roster as roles are compared: ``siteAdministrator`` is ``siteadministrator``."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def is_student(role: str) -> bool:
    """Say whether a role, as compared, is a student's."""
    return role in STUDENT


def is_staff(role: str, mapped: Iterable[str] = ()) -> bool:
    """Say whether a role, as compared, is of somebody who works there; also one that the source maps."""
    return role not in STUDENT | FAMILY and (role in STAFF or role in mapped)


def role_here(role: str, roles: Mapping[str, str]) -> TeamRole | None:
    """Return the role in a team that a roster's role stands for, as a source maps them; ``None`` for none."""
    found = roles.get(plain_role(role), "")
    return TeamRole(found) if found in set(TeamRole) else None


def strongest(roles: Iterable[TeamRole]) -> TeamRole | None:
    """Return the role that does most, of several that a person has in one team."""
    found = set(roles)
    return next((role for role in _ORDER if role in found), None)


def must_wait(ending: int, active: int) -> bool:
    """Say whether ending the access of *ending* of *active* people waits for a person's yes.

    More than 20, or more than a tenth, is likelier a damaged file than a wave of departures. One or two who
    leave never wait, so that a small school's leavers are out the same night, unless they are everybody.
    """
    if ending > MOST_ENDED:
        return True
    return ending > SHARE_ENDED * active and (ending > FEW or (ending == active and active > 1))


def role_words() -> dict[str, str]:
    """Return what the roles of a roster are called, in the order in which they are asked for."""
    return {
        "principal": _("Principal"),
        "administrator": _("Administrator"),
        "siteadministrator": _("Administrator of a site"),
        "districtadministrator": _("Administrator of a district"),
        "teacher": _("Teacher"),
        "counselor": _("Counselor"),
        "aide": _("Aide"),
        "proctor": _("Proctor"),
        "systemadministrator": _("Administrator of systems"),
    }


def kind_words() -> dict[str, str]:
    """Return what the kinds of sources are called."""
    return {ONEROSTER: _("OneRoster files"), SCIM: _("Directory (SCIM 2.0)")}


def level_of(kind: str) -> str | None:
    """Return the level of a OneRoster organisation's type; ``None`` for one that is no place here."""
    return {"school": "school", "district": "district", "local": "district", "state": "state"}.get(
        plain_role(kind)
    )


def domain_of(email: str) -> str:
    """Return the part of an address after its sign, in lower case."""
    return email.rpartition("@")[2].lower()


def answers_for(email: str, domains: Iterable[str]) -> bool:
    """Say whether an address lies in one of a source's domains, or below one."""
    domain = domain_of(email)
    return bool(domain) and any(domain == each or domain.endswith("." + each) for each in domains)
