"""What a directory does by SCIM: people and groups of one source, and nothing of any other.

Everything starts from the source behind the token. Callers hand in the session and decide when to commit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from nic_platform.errors import InputError
from rosters import group_services, leaving_services, people_services, scim
from rosters.models import RosterGroup, RosterPerson, RosterSeat, RosterSource
from rosters.people_services import Said
from rosters.scim import Json, ScimError
from rosters.scim_asking import Term


def _absent() -> ScimError:
    return ScimError(404, "There is no such resource.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _absent() from None


# ---------------------------------------------------------------- people


def _living(source: RosterSource) -> Any:
    return select(RosterPerson).where(RosterPerson.source_id == source.id, RosterPerson.deleted_at.is_(None))


def get_person(session: Session, source: RosterSource, person_id: str, *, lock: bool = False) -> RosterPerson:
    """Return one person of a source.

    Raises:
        ScimError: there is none.
    """
    query = _living(source).where(RosterPerson.public_id == _uuid(person_id))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise _absent()
    return found  # type: ignore[no-any-return]  # the query is built in pieces


def list_people(
    session: Session, source: RosterSource, terms: Sequence[Term], start: int, count: int
) -> tuple[list[RosterPerson], int]:
    """Return one page of a source's people that fit a filter, oldest first, and how many fit."""
    query = _living(source)
    for term in terms:
        query = query.where(_person_condition(term))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(RosterPerson.id).offset(start - 1).limit(count))
    return list(rows), total


def _person_condition(term: Term) -> ColumnElement[bool]:
    path, op, value = term
    columns: Mapping[str, Any] = {
        "username": RosterPerson.user_name, "emails": RosterPerson.email, "emails.value": RosterPerson.email,
        "externalid": RosterPerson.values["externalId"].as_string(),
        "displayname": RosterPerson.values["displayName"].as_string(),
    }  # fmt: skip
    if path == "active" and op == "eq":
        return RosterPerson.is_active.is_(str(value).lower() == "true")
    if path == "id" and op == "eq":
        return RosterPerson.public_id == _uuid_or_none(value)
    if path.startswith("emails[") and path.endswith("].value"):
        path = "emails.value"
    if path not in columns:
        raise scim.bad(
            "People are found by userName, externalId, emails, displayName, active or id.", "invalidFilter"
        )
    column = columns[path]
    if op == "pr":
        return func.coalesce(column, "") != ""
    exact = path in {"externalid"}
    return (column if exact else func.lower(column)) == (str(value) if exact else str(value).lower())


def _uuid_or_none(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def add_person(session: Session, source: RosterSource, values: Json, *, at: datetime) -> RosterPerson:
    """Add somebody a directory sent; who is known by their address already is linked where the source may.

    Raises:
        ScimError: the name, the id or the address is taken.
    """
    _unique(session, source, values, None)
    person = _row_again(session, source, values) or RosterPerson(
        network_id=source.network_id, source_id=source.id, created_at=at, is_active=False, given=[], version=0
    )
    ended = person.ended
    person.deleted_at = None
    _keep(person, values, at)
    session.add(person)
    _account(session, source, person, values, at)
    if values["active"]:
        if ended:
            leaving_services.bring_back(session, source, person, at=at)
        person.is_active = True
    session.flush()
    return person


def _row_again(session: Session, source: RosterSource, values: Json) -> RosterPerson | None:
    """Return the row of somebody whom the directory deleted before: their account and way back hang on it."""
    found = session.scalar(
        select(RosterPerson).where(
            RosterPerson.source_id == source.id, RosterPerson.external_id == _external(values),
        )
    )  # fmt: skip
    return found if found is not None and found.deleted_at is not None else None


def _external(values: Json) -> str:
    """Return the id by which a row is known: the directory's own, else the name, which is unique too."""
    return str(values.get("externalId") or "userName:" + values["userName"].lower())[:255]


def _keep(person: RosterPerson, values: Json, at: datetime) -> None:
    person.values = {key: value for key, value in values.items() if key != "active"}
    person.values |= {"name": scim.name_of(values), "sent_name": values.get("name")}
    person.external_id, person.user_name = _external(values), values["userName"].lower()
    person.email, person.changed_at = scim.address_of(values).lower(), at
    person.version = (person.version or 0) + 1


def _unique(session: Session, source: RosterSource, values: Json, own: RosterPerson | None) -> None:
    others = _living(source).where(
        (RosterPerson.user_name == values["userName"].lower())
        | (RosterPerson.external_id == _external(values))
    )
    if own is not None:
        others = others.where(RosterPerson.id != own.id)
    if session.scalar(others.limit(1)) is not None:
        raise ScimError(409, "Somebody with this userName or externalId is there already.", "uniqueness")


def _account(
    session: Session, source: RosterSource, person: RosterPerson, values: Json, at: datetime
) -> None:
    """Link or make the account of somebody who is active and has an address, once."""
    said = Said(scim.name_of(values), scim.address_of(values), values["userName"])
    try:
        if person.user_id is None and values["active"]:
            makes = source.makes_people
            user, person.is_made = people_services.account_for(session, source, said, at=at, makes=makes)
            person.user_id = user.id if user else None
        elif person.user_id is not None:
            people_services.rename(session, source, person, said, at=at)
    except people_services.TakenError as error:
        raise ScimError(409, str(error), "uniqueness") from error
    except InputError as error:
        raise scim.bad(str(error)) from error


def change_person(
    session: Session, source: RosterSource, person: RosterPerson, values: Json, *, at: datetime
) -> RosterPerson:
    """Write somebody as a directory has them now; ``active: false`` ends every access at once.

    Raises:
        ScimError: the name, the id or the address is taken.
    """
    _unique(session, source, values, person)
    was_active = person.is_active
    _keep(person, values, at)
    if values["active"]:
        _account(session, source, person, values, at)
    if was_active and not values["active"]:
        leaving_services.end_access(session, source, person, at=at)
    elif values["active"] and not was_active:
        leaving_services.bring_back(session, source, person, at=at)
    session.flush()
    people_services.give_places(session, source, [person], at=at)
    return person


def remove_person(session: Session, source: RosterSource, person: RosterPerson, *, at: datetime) -> None:
    """Take somebody out of a directory: every access ends at once; what they wrote stays theirs."""
    if person.is_active:
        leaving_services.end_access(session, source, person, at=at)
    session.execute(delete(RosterSeat).where(RosterSeat.person_id == person.id))
    person.deleted_at = at
    session.flush()


def person_resources(session: Session, people: Sequence[RosterPerson], base: str) -> list[Json]:
    """Return people as SCIM shows them, with their groups; one statement."""
    groups: dict[int, list[Json]] = {}
    rows = session.execute(
        select(RosterSeat.person_id, RosterGroup.public_id, RosterGroup.name)
        .join(RosterGroup, RosterGroup.id == RosterSeat.group_id)
        .where(RosterSeat.person_id.in_([person.id for person in people])).order_by(RosterGroup.id)
    )  # fmt: skip
    for person_id, group_id, name in rows:
        one = {"value": str(group_id), "display": name, "$ref": f"{base}/Groups/{group_id}"}
        groups.setdefault(person_id, []).append(one)
    return [_person_resource(person, groups.get(person.id, []), base) for person in people]


def _person_resource(person: RosterPerson, groups: list[Json], base: str) -> Json:
    kept = {key: value for key, value in person.values.items() if key not in {"name", "sent_name"}}
    kept |= {"name": person.values["sent_name"]} if person.values.get("sent_name") else {}
    thing_id = str(person.public_id)
    told: Json = {"schemas": [scim.USER], "id": thing_id, **kept, "active": person.is_active}
    told |= {"groups": groups} if groups else {}
    told["meta"] = scim.meta(
        base, "User", thing_id, made=person.created_at, changed=person.changed_at, version=person.version
    )
    return told


# ---------------------------------------------------------------- groups


def get_group(session: Session, source: RosterSource, group_id: str, *, lock: bool = False) -> RosterGroup:
    """Return one group of a source.

    Raises:
        ScimError: there is none.
    """
    query = select(RosterGroup).where(
        RosterGroup.source_id == source.id, RosterGroup.public_id == _uuid(group_id)
    )
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise _absent()
    return found


def list_groups(
    session: Session, source: RosterSource, terms: Sequence[Term], start: int, count: int
) -> tuple[list[RosterGroup], int]:
    """Return one page of a source's groups that fit a filter, oldest first, and how many fit."""
    query = select(RosterGroup).where(RosterGroup.source_id == source.id)
    for term in terms:
        query = query.where(_group_condition(term))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return list(session.scalars(query.order_by(RosterGroup.id).offset(start - 1).limit(count))), total


def _group_condition(term: Term) -> ColumnElement[bool]:
    path, op, value = term
    if path == "displayname":
        return RosterGroup.name != "" if op == "pr" else func.lower(RosterGroup.name) == str(value).lower()
    if path == "externalid":
        return RosterGroup.external_id != "" if op == "pr" else RosterGroup.external_id == str(value)
    if path == "id" and op == "eq":
        return RosterGroup.public_id == _uuid_or_none(value)
    if path in {"members", "members.value"} and op == "eq":
        of = select(RosterSeat.group_id).join(RosterPerson, RosterPerson.id == RosterSeat.person_id)
        return RosterGroup.id.in_(of.where(RosterPerson.public_id == _uuid_or_none(value)))
    raise scim.bad("Groups are found by displayName, externalId, members or id.", "invalidFilter")


def save_group(
    session: Session,
    source: RosterSource,
    group: RosterGroup | None,
    sent: Mapping[str, Any],
    *,
    at: datetime,
) -> RosterGroup:
    """Add or write a group; its people get or lose the place that it stands for.

    Raises:
        ScimError: its name is taken, or a member is nobody of this directory.
    """
    name, external, member_ids = scim.group_values(sent)
    same = select(RosterGroup.id).where(
        RosterGroup.source_id == source.id, func.lower(RosterGroup.name) == name.lower()
    )
    other = session.scalar(same if group is None else same.where(RosterGroup.id != group.id))
    if other is not None:
        raise ScimError(409, "A group of this displayName is there already.", "uniqueness")
    if group is None:
        group = RosterGroup(network_id=source.network_id, source_id=source.id, created_at=at, version=0)
        session.add(group)
    group.name, group.external_id, group.changed_at = name, external, at
    group.version = (group.version or 0) + 1
    session.flush()
    people = _members(session, source, member_ids)
    people_services.give_places(session, source, group_services.set_members(session, group, people), at=at)
    return group


def _members(session: Session, source: RosterSource, ids: Sequence[str]) -> list[RosterPerson]:
    wanted = {_uuid_or_none(each) for each in ids}
    if None in wanted:
        raise scim.bad("A member is no user of this directory.")
    known = sorted(wanted, key=str)
    found: list[RosterPerson] = []
    for at in range(0, len(known), 500):
        found += session.scalars(_living(source).where(RosterPerson.public_id.in_(known[at : at + 500])))
    if len(found) != len(wanted):
        raise scim.bad("A member is no user of this directory.")
    return found


def remove_group(session: Session, source: RosterSource, group: RosterGroup, *, at: datetime) -> None:
    """Take a group away; the places that it gave go with it."""
    people = group_services.set_members(session, group, [])
    session.delete(group)
    session.flush()
    people_services.give_places(session, source, people, at=at)


def group_resources(
    session: Session, groups: Sequence[RosterGroup], base: str, *, with_members: bool = True
) -> list[Json]:
    """Return groups as SCIM shows them; one statement."""
    members: dict[int, list[Json]] = {}
    if with_members:
        rows = session.execute(
            select(RosterSeat.group_id, RosterPerson.public_id)
            .join(RosterPerson, RosterPerson.id == RosterSeat.person_id)
            .where(RosterSeat.group_id.in_([group.id for group in groups]))
            .order_by(RosterPerson.id)
        )
        for group_id, person_id in rows:
            one = {"value": str(person_id), "$ref": f"{base}/Users/{person_id}"}
            members.setdefault(group_id or 0, []).append(one)
    return [_group_resource(group, members.get(group.id, []), base) for group in groups]


def _group_resource(group: RosterGroup, members: list[Json], base: str) -> Json:
    thing_id = str(group.public_id)
    told: Json = {"schemas": [scim.GROUP], "id": thing_id, "displayName": group.name}
    told |= {"externalId": group.external_id} if group.external_id else {}
    told |= {"members": members} if members else {}
    told["meta"] = scim.meta(
        base, "Group", thing_id, made=group.created_at, changed=group.changed_at, version=group.version
    )
    return told
