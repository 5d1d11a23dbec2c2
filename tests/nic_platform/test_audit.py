"""The audit trail writes itself, chains per object, and finds what was changed behind its back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from nic_platform import audit, audit_trail
from nic_platform.tables import AuditEntry
from teams.models import Network, Team
from tests.factories import make_network, make_team

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def team(session: Session) -> Team:
    return make_team(session, name="Alder Creek")


def test_a_change_is_written_down_from_what_to_what(session: Session, team: Team) -> None:
    session.info.update(user_id=None, at=NOON)
    team.name = "Alder Creek Elementary"
    session.flush()

    last = audit.history(session, "team", team.public_id)[0]
    assert (last.action, last.at, last.changes) == (
        "changed",
        NOON,
        {"name": ("Alder Creek", "Alder Creek Elementary")},
    )


def test_saving_without_a_change_writes_nothing(session: Session, team: Team) -> None:
    before = len(audit.history(session, "team", team.public_id))
    team.name = str(team.name)
    session.flush()

    assert len(audit.history(session, "team", team.public_id)) == before


def test_deleting_and_restoring_have_their_own_words(session: Session, team: Team) -> None:
    team.deleted_at = NOON
    session.flush()
    team.deleted_at = None
    session.flush()

    told = [change.action for change in audit.history(session, "team", team.public_id)]
    assert told[:2] == ["restored", "deleted"]


def test_a_row_changed_behind_its_back_is_found(session: Session, team: Team) -> None:
    assert [f for f in audit_trail.verify(session) if f.object_id == team.public_id] == []
    table = sa.table("team", sa.column("id"), sa.column("name"))
    session.execute(sa.update(table).where(table.c.id == team.id).values(name="Somewhere else"))

    faults = [f for f in audit_trail.verify(session) if f.object_id == team.public_id]

    assert [fault.what for fault in faults] == ["name was changed behind its history"]


def test_a_history_row_changed_or_removed_is_found(session: Session, team: Team) -> None:
    entry = sa.table(
        "audit_entry", *(sa.column(name, column.type) for name, column in AuditEntry.__table__.c.items())
    )
    mine = sa.and_(entry.c.kind == "team", entry.c.object_id == team.public_id)
    session.execute(sa.update(entry).where(mine, entry.c.seq == 1).values(user_id=4711))
    changed = {f.what for f in audit_trail.verify(session) if f.object_id == team.public_id}
    session.execute(sa.delete(entry).where(mine))
    removed = {f.what for f in audit_trail.verify(session) if f.object_id == team.public_id}

    assert "a row of its history was changed" in changed
    assert removed == {"the object and its history end differently"}


def test_values_can_be_taken_out_and_the_chain_stays_whole(session: Session, team: Team) -> None:
    audit.redact(session, "team", team.public_id, by=None, at=NOON)
    session.expire_all()

    assert [f for f in audit_trail.verify(session) if f.object_id == team.public_id] == []
    assert next(c.action for c in audit.history(session, "team", team.public_id)) == "redacted"
    assert all(not c.changes for c in audit.history(session, "team", team.public_id))


def test_one_field_is_taken_out_and_the_others_stay(session: Session, team: Team) -> None:
    before = audit.history(session, "team", team.public_id)[-1].changes

    audit.redact(session, "team", team.public_id, by=None, at=NOON, fields=("name",))

    redacted, created = audit.history(session, "team", team.public_id)
    assert created.changes == {name: sides for name, sides in before.items() if name != "name"}
    assert redacted.changes == {"fields": (None, ["name"])}
    assert [f for f in audit_trail.verify(session) if f.object_id == team.public_id] == []
    team.name = "Another name"  # the object's end of the chain is the session's too
    session.flush()
    assert [f for f in audit_trail.verify(session) if f.object_id == team.public_id] == []


@pytest.mark.parametrize("left", [None, {}])
def test_values_taken_out_without_a_word_are_found(session: Session, team: Team, left: object) -> None:
    mine = sa.and_(AuditEntry.kind == "team", AuditEntry.object_id == team.public_id)
    session.execute(sa.update(AuditEntry).where(mine, AuditEntry.seq == 1).values(changes=left))

    assert [(f.seq, f.what) for f in audit_trail.verify(session) if f.object_id == team.public_id] == [
        (1, "a value was taken out of its history without a word")
    ]


def test_rows_inserted_in_bulk_have_their_first_line_too(session: Session) -> None:
    public_id = uuid4()
    row: dict[str, object] = {
        "public_id": public_id,
        "name": "Imported",
        "aim": "",
        "time_zone": "UTC",
        "minimum_cell": 10,
    }
    row |= {"state_minimum_cell": 10, "words": {}, "help_name": "", "help_phone": "", "is_demo": False}
    row |= {"next_item_number": 1}
    session.execute(sa.insert(Network), audit.record_created(session, "network", [row], by=None, at=NOON))
    session.flush()

    assert [f for f in audit_trail.verify(session) if f.object_id == public_id] == []
    assert [c.action for c in audit.history(session, "network", public_id)] == ["created"]


def test_a_password_is_never_in_the_trail(session: Session) -> None:
    from accounts.models import User

    make_network(session)
    user = User(email=f"{uuid4().hex}@example.org", name="Ana", password_hash="$argon2id$secret")
    session.add(user)
    session.flush()
    told = audit.history(session, "person", user.public_id)[0].changes

    assert told["password_hash"] == (None, "changed")
