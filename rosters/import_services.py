"""A roster's files from reading to undo, as the page, the API, the command and the nightly job do it.

The files themselves are never kept: what is kept between looking and writing is the reading, which holds no
student. Callers hand in the session and decide when to commit.
"""

import gzip
import io
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nic_platform import importing
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.storage import storage
from nic_platform.tables import Attachment, ImportRun
from nic_platform.text import _, ngettext
from rosters import (
    calendar_services,
    leaving_services,
    matching_services,
    oneroster,
    people_services,
    planning_services,
    queries,
    rules,
)
from rosters.bundle import Bundle
from rosters.models import RosterPerson, RosterPlace, RosterSeat, RosterSource
from rosters.oneroster import Reading, StaffRow
from rosters.people_services import Said
from rosters.planning_services import Plan
from teams import lead_services
from teams.models import Membership, Network, Site, Team

LARGE = 500
"""Above so many people to write, the work goes to the background."""

RAN = "team.roster"
SHOWN = 12
Report = Callable[[int], None]


def read_bundle(
    session: Session, source: RosterSource, bundle: Bundle, *, mode: str = "", at: datetime
) -> Reading:
    """Read the files of a roster as its source has them.

    Raises:
        InputError: a file can't be read; the text names it and says the mend.
    """
    network = session.get_one(Network, source.network_id)
    return oneroster.read(
        bundle, columns=source.columns or {}, mapped=tuple(source.roles or {}), mode=mode,
        today=at.astimezone(ZoneInfo(network.time_zone)).date(), known=queries.known_ids(session, source),
    )  # fmt: skip


def receive(
    session: Session, source: RosterSource, reading: Reading, name: str, *, by: int | None, at: datetime
) -> ImportRun:
    """Keep a reading and note what writing it would do; nothing else is written."""
    kept = gzip.compress(json.dumps(reading.as_json(), ensure_ascii=False).encode(), mtime=0)
    stored = storage().put(io.BytesIO(kept))
    run_id = uuid4()
    attachment = Attachment(
        network_id=source.network_id, object_kind="import", object_id=run_id, name="reading.json.gz",
        content_type="application/gzip", size=stored.size, sha256=stored.sha256, key=stored.key,
        created_at=at, created_by_id=by,
    )  # fmt: skip
    session.add(attachment)
    session.flush()
    run = ImportRun(
        public_id=run_id, network_id=source.network_id, kind=rules.KIND, file_name=name[:200] or "roster",
        attachment_id=attachment.id, created_at=at, created_by_id=by,
    )  # fmt: skip
    session.add(run)
    look_over(session, source, run, reading)
    return run


def reading_of(session: Session, run: ImportRun) -> Reading:
    """Return what was read of a run's files.

    Raises:
        RuleError: it is not kept any more.
    """
    attachment = session.get(Attachment, run.attachment_id) if run.attachment_id else None
    if attachment is None:
        raise RuleError(_("The file is not kept any more. Upload it again."))
    with storage().open(attachment.key) as stream:
        return oneroster.from_json(json.loads(gzip.decompress(stream.read())))


def look_over(session: Session, source: RosterSource, run: ImportRun, reading: Reading) -> Plan:
    """Note on *run* what writing a reading would do: counts, problems, who would lose access."""
    plan = planning_services.make_plan(session, source, reading)
    found = [each for each in plan.matches.found.values() if not each.is_new and each.site_id]
    run.mapping = {
        "source": str(source.public_id), "name": source.name, "version": reading.version,
        "mode": reading.users_mode, "has_manifest": reading.has_manifest, "headers": reading.headers,
        "columns": reading.columns, "skipped": dict(plan.skipped), "active": plan.active,
        "made": len(plan.made), "linked": len(plan.linked), "returning": len(plan.returning),
        "changed": len(plan.changed), "leaving": len(plan.leaving), "waits": plan.waits,
        "leavers": [person.values.get("name", "") or person.email for person in plan.leaving[:SHOWN]],
        "places": len(found), "new_places": plan.matches.count(new=True),
        "unmatched": [[one.org.name, one.note] for one in plan.matches.found.values() if one.note][:SHOWN],
        "sessions": _sessions(reading),
        "counts": {name: reading.counts[name] for name in oneroster.COUNTED if reading.counts[name]},
        "problem_rows": len({(p.sheet, p.row) for p in plan.problems}), "is_refused": bool(plan.refused),
        "groups": [asdict(group) for group in importing.grouped(plan.problems)[:50]],
    }  # fmt: skip
    run.rows_read = len(reading.staff) + sum(
        reading.counts[name] for name in ("students", "families", "no role")
    )
    run.rows_created = len(plan.made) + len(plan.linked)
    run.rows_changed = len(plan.returning) + len(plan.changed) + len(plan.leaving)
    run.rows_unchanged, run.rows_skipped = plan.unchanged, plan.skipped.total()
    run.problems = [problem.as_json() for problem in plan.problems[: importing.SHOWN_PROBLEMS]]
    session.flush()
    return plan


def _sessions(reading: Reading) -> list[list[str]]:
    return [
        [each.kind, each.title, each.starts_on.isoformat(), each.ends_on.isoformat(), str(each.school_year)]
        for each in reading.sessions[:60]
    ]


def write(
    session: Session, source: RosterSource, run: ImportRun, *, agreed: bool, leave_out: bool, by: int | None,
    at: datetime, report: Report = lambda _done: None,
) -> None:  # fmt: skip
    """Hold a roster once more against what is here now, and write all of it or nothing.

    Args:
        agreed: a person said yes to ending as much access as it would.
        leave_out: rows with problems are left out; who stands in one keeps their access.
        report: told how many people of how many, in per cent.

    Raises:
        RuleError: it is over, has problems, or would end more access than goes without a yes.
    """
    session.refresh(source, with_for_update=True)  # one at a time of a source: both would add the same people
    session.refresh(run, with_for_update=True)
    if run.state not in {"preview", "running"}:
        raise RuleError(_("This import is over. Upload the file again to import it anew."))
    plan = look_over(session, source, run, reading_of(session, run))
    reading = reading_of(session, run)
    if plan.refused or (plan.problems and not leave_out):
        raise RuleError(_("Nothing was imported: some rows have problems. Mend them or leave them out."))
    if plan.waits and not agreed:
        raise RuleError(wait_words(len(plan.leaving), plan.active))
    places, sites = matching_services.write_places(session, source, plan.matches, at=at)
    undo: dict[str, Any] = {
        "sites": sites,
        "made": [],
        "linked": [],
        "returned": [],
        "changed": [],
        "left": [],
    }
    people = _write_people(session, source, plan, reading, undo, at, report)
    _write_seats(session, source, people, places)
    leavers = {person.user_id for person in plan.leaving if person.user_id}
    for person in plan.leaving:
        leaving_services.end_access(session, source, person, at=at, leaving=leavers)
        undo["left"].append(str(person.public_id))
    undo["places"] = people_services.give_places(session, source, people, at=at)
    if run.undo and "calendar" in run.undo:
        undo["calendar"] = run.undo["calendar"]
    run.undo, run.state, run.finished_at = undo, "done", at
    source.last_run_at = at
    session.flush()
    report(100)
    if by is None:
        tell(session, source, run, at=at)


def wait_words(leaving: int, active: int) -> str:
    """Say that so many departures wait for a person's yes."""
    return _(
        "This roster would end the access of %(leaving)s of %(active)s people. Somebody has to agree first.",
        leaving=leaving, active=active,
    )  # fmt: skip


def _write_people(
    session: Session, source: RosterSource, plan: Plan, reading: Reading, undo: dict[str, Any], at: datetime,
    report: Report,
) -> list[RosterPerson]:  # fmt: skip
    """Write everybody who is new, comes back or changed, and return them."""
    done: list[RosterPerson] = []
    total = len(plan.made) + len(plan.linked) + len(plan.returning) + len(plan.changed) or 1
    for key, rows in (("made", plan.made), ("linked", plan.linked)):
        for row in rows:
            person = _add(session, source, row, reading, at)
            undo[key].append(str(person.public_id))
            done.append(person)
            report(90 * len(done) // total)
    for row, person in plan.returning:
        undo["returned"].append(str(person.public_id))
        leaving_services.bring_back(session, source, person, at=at)
        _change(session, source, row, person, reading, at)
        done.append(person)
    for row, person in plan.changed:
        undo["changed"].append([str(person.public_id), person.values])
        _change(session, source, row, person, reading, at)
        done.append(person)
        report(90 * len(done) // total)
    return done


def _add(
    session: Session, source: RosterSource, row: StaffRow, reading: Reading, at: datetime
) -> RosterPerson:
    said = Said(row.name, row.email, row.user_name)
    user, is_made = people_services.account_for(session, source, said, at=at, makes=True)
    person = RosterPerson(
        network_id=source.network_id, source_id=source.id, external_id=row.id,
        user_id=user.id if user else None, user_name=row.user_name.lower(), email=row.email, is_made=is_made,
        values=planning_services.values_of(row, None, reading), created_at=at, changed_at=at,
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person


def _change(
    session: Session,
    source: RosterSource,
    row: StaffRow,
    person: RosterPerson,
    reading: Reading,
    at: datetime,
) -> None:
    person.values = planning_services.values_of(row, person, reading)
    person.user_name, person.email, person.changed_at = row.user_name.lower(), row.email, at
    person.version += 1
    with suppress(InputError):  # an address that is another's stays with them; the account keeps its own
        people_services.rename(session, source, person, Said(row.name, row.email), at=at)


def _write_seats(
    session: Session, source: RosterSource, people: list[RosterPerson], places: dict[str, RosterPlace]
) -> None:
    """Write the seats of people anew, as their rows have them."""
    for piece in importing.pieces([person.id for person in people], 500):
        session.execute(delete(RosterSeat).where(RosterSeat.person_id.in_(piece)))
    for person in people:
        for role, org in person.values.get("seats", []):
            place = places.get(org)
            session.add(
                RosterSeat(
                    network_id=source.network_id, person_id=person.id, role=role[:40],
                    place_id=place.id if place else None,
                )
            )  # fmt: skip
    session.flush()


def tell(session: Session, source: RosterSource, run: ImportRun, *, at: datetime) -> None:
    """Tell the network's leads what a roster did in the night, or that it waits for them."""
    chosen = run.mapping
    if run.state == "done" and not (chosen["leaving"] or chosen["made"] or chosen["problem_rows"]):
        return
    leads = lead_services.network_leads(session, {source.network_id}).get(source.network_id, set())
    if run.state == "done":
        subject = ngettext(
            "%(roster)s: one person left, %(made)s new",
            "%(roster)s: %(count)s people left, %(made)s new",
            chosen["leaving"], roster=source.name, made=chosen["made"],
        )  # fmt: skip
        body = _("What it did, and the way to take it back, is on its page.")
    else:
        subject = _("%(roster)s waits for you", roster=source.name)
        body = (
            wait_words(chosen["leaving"], chosen["active"])
            if chosen["waits"]
            else _("Its files have problems.")
        )
    notify(
        session, leads, kind=RAN, network_id=source.network_id, at=at, subject=subject, body=body,
        path=f"/network/rosters/imports/{run.public_id}",
    )  # fmt: skip


# ---------------------------------------------------------------- undo


def can_undo(session: Session, run: ImportRun) -> str | None:
    """Say why an import can't be taken back any more, or None."""
    if run.state != "done":
        return _("Only a finished import can be undone.")
    later = session.scalar(
        select(ImportRun.id).where(ImportRun.kind == rules.KIND, ImportRun.network_id == run.network_id)
        .where(ImportRun.id > run.id, ImportRun.state == "done")
        .where(ImportRun.mapping["source"].as_string() == run.mapping["source"]).limit(1)
    )  # fmt: skip
    if later is not None:
        return _("A later import of this roster rests on it. Take that one back first.")
    sites = [UUID(name) for name in (run.undo or {}).get("sites", [])]
    busy = session.scalar(
        select(Team.id).join(Site, Site.id == Team.site_id)
        .where(Site.public_id.in_(sites), Team.deleted_at.is_(None)).limit(1)
    )  # fmt: skip
    if sites and busy is not None:
        return _("A team works at a place of this import. Archive it or move it first.")
    return None


def undo(session: Session, source: RosterSource, run: ImportRun, *, at: datetime) -> None:
    """Take an import back: access that it ended comes back, accounts that it made are closed.

    Raises:
        RuleError: it never ended, or something rests on it.
    """
    session.refresh(run, with_for_update=True)
    reason = can_undo(session, run)
    if reason:
        raise RuleError(reason)
    kept: dict[str, Any] = run.undo or {}
    calendar_services.take_back(session, kept.get("calendar", []), at=at)
    _undo_places(session, kept.get("places", {}), at)
    for person in _persons(session, kept["left"]):
        leaving_services.bring_back(session, source, person, at=at)
    for person in _persons(session, [*kept["made"], *kept["returned"]]):
        leaving_services.end_access(session, source, person, at=at, anyway=True)
    before = dict(kept["changed"])
    for person in _persons(session, list(before)):
        person.values = before[str(person.public_id)]
        person.email, person.user_name = person.values["email"], person.values["user_name"].lower()
        person.version += 1
        said = Said(person.values["name"], person.values["email"])
        people_services.rename(session, source, person, said, at=at)
    linked = [person.id for person in _persons(session, kept["linked"])]
    session.execute(delete(RosterPerson).where(RosterPerson.id.in_(linked)))
    for piece in importing.pieces(kept["sites"], 500):
        for site in session.scalars(select(Site).where(Site.public_id.in_([UUID(name) for name in piece]))):
            site.deleted_at = at
    run.state, run.undo, run.finished_at = "undone", None, at
    session.flush()


def _persons(session: Session, names: list[str]) -> list[RosterPerson]:
    found: list[RosterPerson] = []
    for piece in importing.pieces(names, 500):
        found += session.scalars(
            select(RosterPerson).where(RosterPerson.public_id.in_([UUID(name) for name in piece]))
            .order_by(RosterPerson.id)
        )  # fmt: skip
    return found


def _undo_places(session: Session, places: dict[str, list[Any]], at: datetime) -> None:
    def membership(name: str) -> Membership | None:
        return session.scalar(select(Membership).where(Membership.public_id == UUID(name)))

    for name in places.get("given", []):
        place = membership(name)
        if place is not None and place.deleted_at is None:
            place.deleted_at = at
    for name in places.get("taken", []):
        place = membership(name)
        if place is not None:
            place.deleted_at = None
    for name, role in places.get("roles", []):
        place = membership(name)
        if place is not None:
            place.role = role
    session.flush()
