"""Groups of a directory and who is in them. Callers hand in the session and decide when to commit."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from rosters.models import RosterGroup, RosterPerson, RosterSeat


def members(session: Session, group: RosterGroup) -> list[RosterPerson]:
    """Return who is in a group, by their number."""
    rows = session.scalars(
        select(RosterPerson).join(RosterSeat, RosterSeat.person_id == RosterPerson.id)
        .where(RosterSeat.group_id == group.id, RosterPerson.deleted_at.is_(None)).order_by(RosterPerson.id)
    )  # fmt: skip
    return list(rows)


def set_members(session: Session, group: RosterGroup, people: Collection[RosterPerson]) -> list[RosterPerson]:
    """Let exactly these people be in a group, and return whom that concerns: who came and who went."""
    there = {seat.person_id: seat for seat in session.scalars(
        select(RosterSeat).where(RosterSeat.group_id == group.id))}  # fmt: skip
    wanted = {person.id: person for person in people}
    gone = [person_id for person_id in there if person_id not in wanted]
    for person_id in gone:
        session.delete(there[person_id])
    for person_id in wanted:
        if person_id not in there:
            session.add(RosterSeat(network_id=group.network_id, person_id=person_id, group_id=group.id))
    session.flush()
    concerned = [person for number, person in wanted.items() if number not in there]
    return concerned + [session.get_one(RosterPerson, number) for number in gone]
