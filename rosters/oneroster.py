"""Reading a OneRoster 1.1 or 1.2 roster: places, people who work there, sessions. Pure.

Students and their families are counted and dropped as their rows pass by: nothing of theirs is in what is
returned, so nothing of theirs can be kept. Passwords, telephone numbers, demographics and marks are never
looked at.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from nic_platform.errors import InputError
from nic_platform.importing import Problem, Target, mapping_problems, plain_name, propose
from nic_platform.text import _
from rosters import rules
from rosters.bundle import Bundle, rows_of
from rosters.columns import day, targets

BULK, DELTA, ABSENT = "bulk", "delta", "absent"
MOST_PROBLEMS = 2000
COUNTED = ("classes", "courses", "enrollments")
"""Read for how many rows they have, and for nothing else."""


@dataclass(frozen=True)
class OrgRow:
    """An organisation as its row says; ``identifier`` is an NCES id or the state's code."""

    row: int
    id: str
    name: str
    kind: str
    identifier: str = ""
    parent: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class StaffRow:
    """Somebody who works in an organisation. ``seats`` are pairs of a role and an organisation's id."""

    row: int
    id: str
    name: str
    email: str
    user_name: str = ""
    is_gone: bool = False
    seats: tuple[tuple[str, str], ...] = ()
    lost_seats: tuple[tuple[str, str], ...] = ()  # of a delta: roles that were taken away


@dataclass(frozen=True)
class SessionRow:
    """A school year, a term or a grading period; both dates belong to it."""

    id: str
    title: str
    kind: str
    starts_on: date
    ends_on: date
    school_year: int


@dataclass
class Reading:
    """What a roster says, without students; this is all that is ever kept of its files."""

    version: str = ""
    users_mode: str = ABSENT
    orgs_mode: str = ABSENT
    has_manifest: bool = False
    orgs: list[OrgRow] = field(default_factory=list)
    staff: list[StaffRow] = field(default_factory=list)
    sessions: list[SessionRow] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)  # ids of staff whose rows have problems: they are there
    headers: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the reading as it is kept between looking at it and writing it."""
        kept = asdict(self)
        kept["counts"] = dict(self.counts)
        kept["problems"] = [problem.as_json() for problem in self.problems]
        for each in kept["sessions"]:
            each["starts_on"], each["ends_on"] = each["starts_on"].isoformat(), each["ends_on"].isoformat()
        return kept


def from_json(kept: Mapping[str, Any]) -> Reading:
    """Undo :meth:`Reading.as_json`."""

    def pairs(one: Any) -> tuple[tuple[str, str], ...]:
        return tuple((role, org) for role, org in one)

    staff = [StaffRow(**{**each, "seats": pairs(each["seats"]), "lost_seats": pairs(each["lost_seats"])})
             for each in kept["staff"]]  # fmt: skip
    sessions = [
        SessionRow(**{**each, "starts_on": date.fromisoformat(each["starts_on"]),
                      "ends_on": date.fromisoformat(each["ends_on"])})
        for each in kept["sessions"]
    ]  # fmt: skip
    return Reading(**{
        **kept, "orgs": [OrgRow(**each) for each in kept["orgs"]], "staff": staff, "sessions": sessions,
        "counts": Counter(kept["counts"]), "problems": [Problem(**each) for each in kept["problems"]],
    })  # fmt: skip


def read(
    bundle: Bundle, *, columns: Mapping[str, Mapping[str, str]] | None = None, mapped: Sequence[str] = (),
    today: date, mode: str = "", known: Collection[str] = (),
) -> Reading:  # fmt: skip
    """Read a roster whole, row by row.

    Args:
        columns: file → what is kept → its column, where a file does not use the standard's names.
        mapped: further roles, as compared, that a source takes for staff.
        today: roles whose time is over or has not begun count as none.
        mode: how people are meant where no manifest says it; else as an update, so that nobody is ended for
            being absent.
        known: ids of people that were taken from this source before. A row that says of nobody what they are
            there is kept for these alone: it may be a student's.

    Raises:
        InputError: a file can't be read; the text names it and says the mend.
    """
    found = Reading()
    manifest = _manifest(bundle)
    found.has_manifest, found.version = bool(manifest), manifest.get("oneroster.version", "")
    found.users_mode = _mode(manifest, bundle, "users", mode)
    found.orgs_mode = _mode(manifest, bundle, "orgs", mode)
    reader = _Reader(bundle, found, columns or {}, manifest, frozenset(known))
    reader.orgs()
    roles, lost = reader.roles(today, mapped)
    reader.users(roles, lost, mapped)
    reader.sessions()
    for file in COUNTED:
        if file in bundle.files:
            found.counts[file] = sum(1 for _row in rows_of(bundle, file)[1])
    return found


def _manifest(bundle: Bundle) -> dict[str, str]:
    if "manifest" not in bundle.files:
        return {}
    _header, rows = rows_of(bundle, "manifest")
    return {cells[0].lower(): cells[1].lower() for _number, cells in rows if len(cells) > 1 and cells[0]}


def _mode(manifest: Mapping[str, str], bundle: Bundle, file: str, mode: str) -> str:
    if file not in bundle.files:
        return ABSENT
    said = manifest.get(f"file.{file}", "")
    if said in {BULK, DELTA}:
        return said
    return mode if mode in {BULK, DELTA} and not manifest else DELTA


Seats = dict[str, list[tuple[str, str]]]


class _Reader:
    """Walks the files of one bundle and gathers what is kept."""

    def __init__(
        self, bundle: Bundle, found: Reading, columns: Mapping[str, Mapping[str, str]],
        manifest: Mapping[str, str], known: frozenset[str],
    ) -> None:  # fmt: skip
        self.bundle, self.found, self.columns, self.manifest = bundle, found, columns, manifest
        self.known = known
        self.students: set[str] = set()  # whom roles.csv calls one, while the files are read

    def _rows(self, file: str) -> Iterator[tuple[int, dict[str, Any], bool]]:
        """Yield each row of a file with its values, and whether it could be read whole."""
        if file not in self.bundle.files or self.manifest.get(f"file.{file}") == ABSENT:
            return
        header, rows = rows_of(self.bundle, file)
        kept = targets(file)
        mapping = propose(header, kept) | {
            key: column for key, column in self.columns.get(file, {}).items() if column in header
        }
        self.found.headers[file], self.found.columns[file] = list(header), mapping
        wrong = mapping_problems(header, mapping, kept) + _doubled(header, mapping)
        for problem in wrong:
            self._problem(file, None, problem.column, "", problem.sentence)
        if wrong:
            return
        place = [(target, header.index(mapping[target.key])) for target in kept if target.key in mapping]
        for number, row in rows:
            values, problems = _values(row, place)
            if file == "users":  # nothing of a row is told before it is known whose it is
                values[_FAULTS] = problems
                yield number, values, not problems
                continue
            for column, value, sentence in problems:
                self._problem(file, number, column, value, sentence)
            if not problems:
                yield number, values, True

    def _problem(self, file: str, row: int | None, column: str, value: str, sentence: str) -> None:
        self.found.counts["problems"] += 1
        if len(self.found.problems) < MOST_PROBLEMS:
            self.found.problems.append(Problem(row, column, value[:80], sentence, f"{file}.csv"))

    def orgs(self) -> None:
        """Gather the places."""
        seen: set[str] = set()
        for number, values, _whole in self._rows("orgs"):
            if values["id"] in seen:
                self._problem(
                    "orgs", number, "sourcedId", values["id"], _("This id stands twice. Take one row out.")
                )
                continue
            seen.add(values["id"])
            self.found.orgs.append(
                OrgRow(number, values["id"], values["name"], values["type"], values.get("identifier", ""),
                       values.get("parent", ""), _is_gone(values))
            )  # fmt: skip

    def roles(self, today: date, mapped: Sequence[str]) -> tuple[Seats, Seats]:
        """Gather who is what where from roles.csv, of staff alone; those given and those taken away."""
        given: Seats = {}
        lost: Seats = {}
        for _number, values, _whole in self._rows("roles"):
            role, user = rules.plain_role(values["role"]), values["user"]
            is_over = _is_over(values, today)
            if rules.is_student(role):
                self.found.counts["student roles"] += 1
                if not (_is_gone(values) or is_over):
                    self.students.add(user)
            elif rules.is_staff(role, mapped):
                side = lost if _is_gone(values) or is_over else given
                side.setdefault(user, []).append((role, values.get("org", "")))
        return given, lost

    def users(self, given: Seats, lost: Seats, mapped: Sequence[str]) -> None:
        """Gather who works there; students, families and people without a role are counted and dropped."""
        ids: set[str] = set()
        addresses: dict[str, int] = {}
        for number, values, is_whole in self._rows("users"):
            seats = _own_seats(values) + given.get(values.get("id", ""), [])
            roles = {role for role, _org in seats}
            if roles & rules.STUDENT or values.get("id") in self.students:
                self.found.counts["students"] += 1
                continue
            seats = [seat for seat in seats if rules.is_staff(seat[0], mapped)]
            gone_roles = lost.get(values.get("id", ""), [])
            if not seats and not gone_roles and roles & rules.FAMILY:
                self.found.counts["families"] += 1
                continue
            if not seats and values.get("id") not in self.known:
                self.found.counts["no role"] += 1
                continue
            self._staff(number, values, is_whole, seats, gone_roles, ids, addresses)

    def _staff(
        self, number: int, values: dict[str, Any], is_whole: bool, seats: list[tuple[str, str]],
        lost: list[tuple[str, str]], ids: set[str], addresses: dict[str, int],
    ) -> None:  # fmt: skip
        for column, value, sentence in values[_FAULTS]:
            self._problem("users", number, column, value, sentence)
        if not is_whole:
            self.found.faulty += [values["id"]] if "id" in values else []
            return
        if values["id"] in ids:
            self._problem(
                "users", number, "sourcedId", values["id"], _("This id stands twice. Take one row out.")
            )
            return
        ids.add(values["id"])
        email = values.get("email", "").lower()
        is_off = values.get("enabled", "").lower() in {"false", "0", "no", "n"}
        is_gone = _is_gone(values) or is_off or (self.found.users_mode == BULK and not seats)
        if email and not is_gone:
            if email in addresses:
                words = _("Row %(row)s has this address too. Correct one.", row=addresses[email])
                self._problem("users", number, "email", email, words)
            addresses.setdefault(email, number)
        self.found.staff.append(
            StaffRow(number, values["id"], _name(values), email, values.get("user_name", ""), is_gone,
                     tuple(dict.fromkeys(seats)), tuple(dict.fromkeys(lost)))
        )  # fmt: skip

    def sessions(self) -> None:
        """Gather school years, terms and grading periods."""
        for number, values, _whole in self._rows("academicsessions"):
            if _is_gone(values):
                continue
            if values["ends"] < values["starts"]:
                self._problem("academicSessions", number, "endDate", values["ends"].isoformat(),
                              _("The last day is before the first. Correct one."))  # fmt: skip
                continue
            self.found.sessions.append(
                SessionRow(values["id"], values["title"], rules.plain_role(values["type"]), values["starts"],
                           values["ends"], values.get("year", 0))
            )  # fmt: skip


_FAULTS = " faults"


def _values(
    row: Sequence[str], place: Sequence[tuple[Target, int]]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    values: dict[str, Any] = {}
    problems = []
    for target, at in place:
        cell = row[at]
        if cell:
            try:
                values[target.key] = target.read(cell)
            except ValueError as error:
                problems.append((target.label, cell, str(error)))
        elif target.required:
            problems.append(
                (
                    target.label,
                    "",
                    _("%(what)s is missing. Fill it in, or take the row out.", what=target.label),
                )
            )
    return values, problems


def _twice() -> str:
    return _("This id stands twice. Take one row out.")


def _doubled(header: Sequence[str], mapping: Mapping[str, str]) -> list[Problem]:
    names = Counter(plain_name(name) for name in header if name)
    return [
        Problem(None, column, "", _("The file has two columns “%(column)s”. Take one out.", column=column))
        for column in mapping.values()
        if names[plain_name(column)] > 1
    ]


def _is_gone(values: Mapping[str, Any]) -> bool:
    return values.get("status", "").lower() in rules.LEFT


def _is_over(values: Mapping[str, Any], today: date) -> bool:
    """Say whether a role's time is over; a date that can't be read ends nothing."""
    try:
        return bool(values.get("ends")) and day(values["ends"]) < today
    except ValueError:
        return False


def _own_seats(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the roles that a row of users.csv itself has (OneRoster 1.1): each role at each organisation."""
    roles = [rules.plain_role(each) for each in values.get("role", "").split(",") if each.strip()]
    orgs = [each.strip() for each in values.get("orgs", "").split(",") if each.strip()]
    return [(role, org) for role in roles for org in orgs or [values.get("primary_org", "")]]


def _name(values: Mapping[str, Any]) -> str:
    given = values.get("called") or values.get("given", "")
    family = values.get("family_called") or values.get("family", "")
    return " ".join(f"{given} {family}".split())[:120]


def no_people(found: Reading) -> bool:
    """Say whether a roster lists nobody who works there though it means to list all."""
    return found.users_mode == BULK and not any(not each.is_gone for each in found.staff)


__all__ = ["BULK", "DELTA", "InputError", "Reading", "StaffRow", "from_json", "no_people", "read", "targets"]
