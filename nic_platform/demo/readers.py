"""Who of the demo's people may read what: the platform's rule said a second time, for checks to use."""

from nic_platform.actor import DRAFT_READERS, NetworkRole
from nic_platform.demo.builder import Builder, DemoTeam
from nic_platform.demo.people import PEOPLE, Person


def line_up(b: Builder, team: DemoTeam) -> list[str]:
    """Return the names of *team* and of every team it lifts to, directly or not."""
    by_id = {each.id: each for each in b.teams.values()}
    names, at = [team.name], team
    while at.upper_id is not None:
        at = by_id[at.upper_id]
        names.append(at.name)
    return names


def readers(b: Builder, team: DemoTeam, *, draft: bool = False) -> tuple[str, ...]:
    """Return the roles that read the work of *team* by name: its drafts, or what it has begun or finished."""
    line = line_up(b, team)
    here = [person for person in PEOPLE if not person.elsewhere]
    return tuple(person.role for person in here if _reads(person, line, draft))


def _reads(person: Person, line: list[str], draft: bool) -> bool:
    if draft:
        return any(name == line[0] and role in DRAFT_READERS for name, role in person.teams)
    if any(role in (NetworkRole.LEAD, NetworkRole.REVIEWER) for role, _ in person.network_roles):
        return True
    return any(name in line for name, _ in person.teams)


def site_readers(b: Builder, team: DemoTeam) -> tuple[str, ...]:
    """Return the roles that read what is in place at the site of *team*: its line, upwards and downwards."""
    up = line_up(b, team)
    below = [each.name for each in b.teams.values() if team.name in line_up(b, each)]
    here = [person for person in PEOPLE if not person.elsewhere]
    return tuple(
        person.role for person in here
        if _reads(person, up, False) or any(name in below for name, _role in person.teams)
    )  # fmt: skip


def in_network() -> tuple[str, ...]:
    """Return the roles that take part in the network: in a team of it, or by a role in all of it."""
    return tuple(each.role for each in PEOPLE if not each.elsewhere and (each.teams or each.network_roles))
