"""An import of a plan from upload to undo, as the pages, the API and the command do it."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import exchange_statements, exchange_undo_services
from milestones.coach_queries import calendar_of
from milestones.exchange import Document
from milestones.exchange_compare import CHANGED, NEW, SAME, Proposal, propose
from milestones.exchange_present_queries import Here, look
from milestones.exchange_reading import MOST_BYTES, Reading, read_file
from milestones.exchange_services import Done, Report, no_report, write
from milestones.exchange_statements import Said
from milestones.models import Plan
from nic_platform import import_files, importing
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.importing import Problem
from nic_platform.storage import storage
from nic_platform.tables import Attachment, ImportRun
from nic_platform.text import _
from teams.models import Network, Team

KIND = "plan"
HISTORY = ("measurements", "milestone_changes", "touchpoints", "decisions")
SHOWN_SENTENCES = 200


@dataclass(frozen=True)
class Choice:
    """Where a file is to go: into a plan that is there, or into a new one of a school year.

    ``new_id`` is the public id that a new plan gets, so that the same import twice is the same plan.
    """

    school_year: str
    plan_id: str = ""
    new_id: str = field(default_factory=lambda: str(uuid4()))
    leave_history: bool = False


@dataclass
class Prepared:
    """A file read, checked and held against what is there; nothing is written."""

    here: Here
    document: Document
    proposal: Proposal
    said: list[Said]

    @property
    def problems(self) -> list[Problem]:
        """Return everything that has to be mended first."""
        return self.proposal.problems


def prepare(session: Session, team: Team, reading: Reading, choice: Choice, today: date) -> Prepared:
    """Return what bringing a file into a team's plan would do, and what the coach says of its sentences."""
    plan = find_target(session, team, choice)
    document = reading.document
    if choice.leave_history:
        for key in HISTORY:
            document.parts[key] = []
    calendar = calendar_of(session, team.network_id, today, school_year=choice.school_year)
    said = exchange_statements.sort_out(reading, calendar)
    here = look(session, team, plan, document, choice.new_id)
    proposal = propose(document, here.present, today=today, titles=reading.titles, numbers=reading.numbers)
    if plan is not None and (reading.statements or not document.plan["title"]):
        proposal.head.pop("title", None)  # a list of sentences says nothing of the plan itself
    proposal.head.pop("carried_from", None)
    proposal.problems[:0] = [*_of_whole(reading, choice), *reading.problems]
    return Prepared(here, document, proposal, said)


def _of_whole(reading: Reading, choice: Choice) -> list[Problem]:
    found = []
    if not reading.document.is_whole and not choice.leave_history:
        mend = _(
            "Small counts are hidden in this file, so it can’t be imported as what was measured. Ask the "
            "team for its own export, or import only the plan, without its history."
        )
        found.append(Problem(None, "", "", mend))
    if exchange_statements.too_many(reading):
        mend = _("More than %(most)s sentences. Split the file.", most=exchange_statements.MOST)
        found.append(Problem(None, "", "", mend))
    return found


def find_target(session: Session, team: Team, choice: Choice) -> Plan | None:
    """Return the plan that a choice means: the one named, else the team's of that year, deleted or not."""
    query = select(Plan).where(Plan.team_id == team.id)
    if choice.plan_id:
        return session.scalar(query.where(Plan.public_id == UUID(choice.plan_id), Plan.deleted_at.is_(None)))
    return session.scalar(query.where(Plan.school_year == choice.school_year))


# ---------------------------------------------------------------- runs


def receive(
    session: Session, team: Team, stream: BinaryIO, name: str, choice: Choice, *, today: date, by: Actor,
    at: datetime,
) -> ImportRun:  # fmt: skip
    """Keep a file and note what importing it would do; nothing else is written.

    Raises:
        InputError: it is no file of a plan; the text says the mend.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(_("The file is larger than %(size)s MB.", size=MOST_BYTES // 1024 // 1024))
    reading = read_file(BytesIO(data), name)
    stored = storage().put(BytesIO(data))
    attachment = Attachment(
        network_id=team.network_id, object_kind="import", object_id=uuid4(), name=reading.name,
        content_type="application/octet-stream", size=stored.size, sha256=stored.sha256, key=stored.key,
        created_at=at, created_by_id=by.user_id,
    )  # fmt: skip
    session.add(attachment)
    session.flush()
    run = new_run(session, team, reading.name, by=by, at=at)
    run.attachment_id = attachment.id
    attachment.object_id = run.public_id
    note(session, run, reading, prepare(session, team, reading, choice, today), choice)
    return run


def new_run(
    session: Session, team: Team, name: str, *, by: Actor, at: datetime, kind: str = KIND
) -> ImportRun:
    """Add an import of a team that has done nothing yet."""
    run = ImportRun(
        network_id=team.network_id, team_id=team.id, kind=kind, file_name=name[:200] or kind, created_at=at,
        created_by_id=by.user_id or None,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def note(session: Session, run: ImportRun, reading: Reading, prepared: Prepared, choice: Choice) -> None:
    """Note on *run* what importing would do: counts of each part, problems by kind, the coach's words."""
    proposal = prepared.proposal
    run.mapping = {
        "choice": asdict(choice),
        "parts": proposal.counts(),
        "said": [each.as_json() for each in prepared.said[:SHOWN_SENTENCES]],
        "aside": reading.aside[:50],
        "problems": len(prepared.problems),
        "groups": [asdict(group) for group in importing.grouped(prepared.problems)[:50]],
        "title": reading.document.plan["title"],
        "renamed": list(proposal.head.get("title", ())),
        "from": _stranger(session, run, reading),
    }
    run.rows_read = reading.rows_read
    run.rows_created, run.rows_changed = proposal.total(NEW), proposal.total(CHANGED) + bool(proposal.head)
    run.rows_unchanged = proposal.total(SAME)
    run.problems = [problem.as_json() for problem in prepared.problems[: importing.SHOWN_PROBLEMS]]
    session.flush()


def _stranger(session: Session, run: ImportRun, reading: Reading) -> str:
    """Return the team, and the network, that a file says it comes from; empty where it is the run's own."""
    source, team = reading.document.source, session.get_one(Team, run.team_id)
    network = session.get_one(Network, run.network_id)
    if not source.team or (source.network, source.team) == (network.name, team.name):
        return ""
    return ", ".join(part for part in (source.team, source.network) if part and part != network.name)


def choice_of(run: ImportRun) -> Choice:
    """Return where the file of *run* is to go; an empty choice for a run that never got so far."""
    return Choice(**run.mapping["choice"]) if run.mapping.get("choice") else Choice("")


def reading_of(session: Session, run: ImportRun) -> Reading:
    """Read the kept file of an import once more.

    Raises:
        RuleError: the file is gone.
    """
    attachment = session.get(Attachment, run.attachment_id) if run.attachment_id else None
    if attachment is None:
        raise RuleError(_("The file is not kept any more. Upload it again."))
    with storage().open(attachment.key) as stream:
        return read_file(stream, run.file_name)


def carry_out(
    session: Session, run: ImportRun, *, today: date, by: Actor, at: datetime, report: Report = no_report
) -> Done:
    """Check the file once more against what is there now, and write all of it or nothing.

    Args:
        report: is told how far it is, in per cent; what it raises ends the work.

    Raises:
        RuleError: it was done already, or rows have problems.
    """
    import_files.hold(session, run)
    if run.state not in {"preview", "running"}:
        raise RuleError(_("This import is over. Upload the file again to import it anew."))
    team, choice, reading = session.get_one(Team, run.team_id), choice_of(run), reading_of(session, run)
    prepared = prepare(session, team, reading, choice, today)
    note(session, run, reading, prepared, choice)
    report(10)
    done = finish(session, run, prepared, choice, by=by, at=at, report=report)
    report(99)
    return done


def finish(
    session: Session, run: ImportRun, prepared: Prepared, choice: Choice, *, by: Actor, at: datetime,
    report: Report = no_report,
) -> Done:  # fmt: skip
    """Write what was prepared, and note on *run* how to take it back."""
    done = write(
        session, prepared.here, prepared.document, prepared.proposal, school_year=choice.school_year, by=by,
        at=at, run_id=run.id, report=report,
    )  # fmt: skip
    run.undo, run.state, run.finished_at = done.as_json(), "done", at
    session.flush()
    return done


def undo_run(session: Session, run: ImportRun, *, by: Actor, at: datetime) -> None:
    """Take an import back as one piece.

    Raises:
        RuleError: it never ended, or somebody worked on it since.
    """
    import_files.hold(session, run)
    if run.state != "done":
        raise RuleError(_("Only a finished import can be undone."))
    exchange_undo_services.undo(session, run.undo, by=by, at=at)
    run.state, run.undo, run.finished_at = "undone", None, at
    session.flush()
