"""What a roster would do here: who is new, comes back or leaves, which places are which. Writes nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import User
from accounts.rules import normal_email
from nic_platform.importing import Problem
from nic_platform.text import _, ngettext
from rosters import matching_services, queries, rules
from rosters.models import RosterPerson, RosterSource
from rosters.oneroster import BULK, Reading, StaffRow, no_people


@dataclass
class Plan:
    """What writing a roster would do. Rows stand in the order of the file."""

    matches: matching_services.Matches
    made: list[StaffRow] = field(default_factory=list)
    linked: list[StaffRow] = field(default_factory=list)
    returning: list[tuple[StaffRow, RosterPerson]] = field(default_factory=list)
    changed: list[tuple[StaffRow, RosterPerson]] = field(default_factory=list)
    unchanged: int = 0
    leaving: list[RosterPerson] = field(default_factory=list)
    active: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Say whether a person has to agree before so much access ends."""
        return rules.must_wait(len(self.leaving), self.active)

    @property
    def refused(self) -> list[Problem]:
        """Return the problems that are of a whole file: with one of them nothing can be written."""
        return [problem for problem in self.problems if problem.row is None]


def make_plan(session: Session, source: RosterSource, reading: Reading) -> Plan:
    """Hold a roster against what is here now."""
    plan = Plan(matching_services.match(session, source, reading), problems=list(reading.problems))
    for name in ("students", "families", "no role"):
        plan.skipped[name] = reading.counts[name]
    if no_people(reading) and reading.users_mode == BULK and not plan.refused:
        words = _("It means to list everybody, but nobody in it works there. Nothing was read of it.")
        plan.problems.append(Problem(None, "", "", words, "users.csv"))
    known = queries.people_of(session, source)
    plan.active = sum(1 for person in known.values() if person.is_active)
    users = queries.users_by_email(
        session,
        [email for row in reading.staff if row.id not in known and (email := normal_email(row.email))],
    )
    taken: set[int | None] = {person.user_id for person in known.values() if person.user_id}
    seen = set(reading.faulty)
    for row in reading.staff:
        seen.add(row.id)
        person = known.get(row.id)
        if row.is_gone:
            plan.leaving += [person] if person is not None and person.is_active else []
            plan.skipped["gone"] += person is None or not person.is_active
        elif person is not None:
            _known(plan, row, person, reading)
        else:
            _new(session, source, plan, row, users, taken)
    if reading.users_mode == BULK:
        absent = [person for name, person in known.items() if person.is_active and name not in seen]
        plan.leaving += sorted(absent, key=lambda person: person.id)
    return plan


def _known(plan: Plan, row: StaffRow, person: RosterPerson, reading: Reading) -> None:
    if not person.is_active:
        plan.returning.append((row, person))
    elif values_of(row, person, reading) != person.values:
        plan.changed.append((row, person))
    else:
        plan.unchanged += 1


def _new(
    session: Session,
    source: RosterSource,
    plan: Plan,
    row: StaffRow,
    users: dict[str, User],
    taken: set[int | None],
) -> None:
    email = normal_email(row.email) if row.email else None
    if row.email and email is None:
        words = _("Write a mail address like name@school.org.")
        plan.problems.append(Problem(row.row, "email", row.email[:80], words, "users.csv"))
        return
    if email is None:
        plan.skipped["no address"] += 1
        return
    user = users.get(email)
    if user is not None:
        may = user.id not in taken and queries.may_link(session, source, user)
        (plan.linked.append(row) if may else plan.skipped.update({"elsewhere": 1}))
        taken.add(user.id)
    elif source.makes_people and any(rules.role_here(role, source.roles or {}) for role, _org in row.seats):
        plan.made.append(row)
    else:
        plan.skipped["not here"] += 1


def values_of(row: StaffRow, person: RosterPerson | None, reading: Reading) -> dict[str, Any]:
    """Return what is kept of a row: name, address, and every role at every organisation.

    A file that lists everybody says all roles there are. An update that came with rows of roles adds and
    takes away; one whose rows have roles themselves (OneRoster 1.1) says all of them.
    """
    seats = {*row.seats}
    if person is not None and reading.users_mode != BULK and ("roles" in reading.headers or not seats):
        seats |= {(role, org) for role, org in person.values.get("seats", [])}
        seats -= {*row.lost_seats}
    return {
        "name": row.name, "email": row.email, "user_name": row.user_name,
        "seats": [list(seat) for seat in sorted(seats)],
    }  # fmt: skip


def skipped_words(skipped: Iterable[tuple[str, int]]) -> list[str]:
    """Say how many rows were left out, reason by reason."""
    words = {
        "students": lambda n: ngettext("one student", "%(count)s students", n),
        "families": lambda n: ngettext("one parent or relative", "%(count)s parents and relatives", n),
        "no role": lambda n: ngettext("one person without a role", "%(count)s people without a role", n),
        "not here": lambda n: ngettext(
            "one person whose role has no place here", "%(count)s people whose role has no place here", n
        ),
        "no address": lambda n: ngettext(
            "one person without a mail address", "%(count)s people without a mail address", n
        ),
        "elsewhere": lambda n: ngettext(
            "one person whose account this roster may not speak of (invite them)",
            "%(count)s people whose accounts this roster may not speak of (invite them)",
            n,
        ),
        "gone": lambda n: ngettext("one person who left before", "%(count)s people who left before", n),
    }
    return [words[name](count) for name, count in skipped if count and name in words]
