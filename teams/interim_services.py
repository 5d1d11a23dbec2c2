"""Leading a team for now: naming who does, reminding, and ending it on the day after the last one.

Who led it is again what they were before.
A team that nobody leads then is told of at once, to those above it and to the network leads, as every team
without a lead is. Callers hand in the session and decide when to commit.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from accounts.models import User
from nic_platform import audit, catalogues
from nic_platform.actor import Actor, TeamRole
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.svg import day as day_words
from nic_platform.tables import Notice
from nic_platform.text import _, in_language
from teams import lead_queries, lead_services
from teams.models import Membership, Network, Team
from teams.services import add_member

NAMED, ENDS, ENDED = "team.lead_named", "team.lead_ends", "team.lead_ended"
LONGEST = timedelta(days=366)
"""Nobody leads a team for now for longer than a year."""

REMIND = timedelta(days=7)
"""So long before their last day somebody who leads for now is reminded, and those who name the next lead."""


def name_lead(
    session: Session, team: Team, person_id: UUID, until: date | None, *, by: Actor, at: datetime
) -> Membership:
    """Let somebody of the team, or of a team above it, lead a team that nobody leads, or only for now.

    Whoever led it for now leads it no more, unless it is the same person with another day.

    Args:
        until: their last day; none makes them its lead for good.

    Raises:
        RuleError: somebody leads it for good by now.
        InputError: the person is in neither, or the day is over or too far.
    """
    session.execute(select(Team.id).where(Team.id == team.id).with_for_update(key_share=True))
    if lead_queries.led_for_good(session, team.id):
        raise RuleError(_("%(team)s has a lead by now. Look at its people.", team=team.name))
    chosen = next((one for one in lead_queries.candidates(session, team) if one.id == person_id), None)
    if chosen is None:
        text = _("Choose somebody of this team, or of a team above it.")
        raise InputError(text, {"person": text})
    _check_day(until, at.astimezone(ZoneInfo(by.time_zone)).date())
    for place in lead_queries.places_for_now(session, team.id):
        if place.user_id != chosen.user_id:
            end(session, place, at=at)
    place = add_member(session, team.id, chosen.user_id, TeamRole.LEAD, until=until, by=by, at=at)
    _tell_named(session, team, chosen.user_id, until, by, at)
    return place


def _check_day(until: date | None, today: date) -> None:
    if until is not None and not today <= until <= today + LONGEST:
        text = _("Choose a day from today to a year from now.")
        raise InputError(text, {"until": text})


def _tell_named(
    session: Session, team: Team, user_id: int, until: date | None, by: Actor, at: datetime
) -> None:
    """Tell somebody that they lead a team, and for how long."""
    subject = _("You lead %(team)s from now on", team=team.name)
    if until is not None:
        subject = _("You lead %(team)s for now", team=team.name)
    notify(
        session, {user_id} - {by.user_id}, kind=NAMED, network_id=team.network_id, at=at, subject=subject,
        body=partial(_named_words, until, by.name), path=f"/teams/{team.public_id}/people",
    )  # fmt: skip


def _named_words(until: date | None, name: str) -> str:
    more = _("Its people and what hangs on those who left are on its page.")
    if until is None:
        return _("%(name)s made you its lead.", name=name) + " " + more
    asked = _(
        "%(name)s asks you to lead it until %(day)s, or until it has found a lead of its own.",
        name=name, day=day_words(until, year=True),
    )  # fmt: skip
    return f"{asked} {more}"


def end(session: Session, place: Membership, *, at: datetime) -> None:
    """Let somebody lead a team no more: they are what they were before, or out of it if they came to lead it.

    What they were is read from the history of their place; where that was redacted they stay as a member.
    """
    before = _role_before(session, place)
    place.role, place.interim_until = before or TeamRole.MEMBER, None
    if before is None:
        place.deleted_at = at
    session.flush()


def _role_before(session: Session, place: Membership) -> TeamRole | None:
    """Return the role in which somebody was when they were named; ``None`` if they were not in the team."""
    for change in audit.history(session, "membership", place.public_id):
        until = change.changes.get("interim_until", (None, None))
        if until[0] is not None or until[1] is None:
            continue
        if change.action in {audit.CREATED, audit.RESTORED}:
            return None
        return TeamRole(change.changes.get("role", (TeamRole.MEMBER.value, ""))[0])
    return TeamRole.MEMBER


def end_what_is_over(session: Session, *, at: datetime) -> int:
    """End every lead for now whose last day has passed, and tell of the teams that nobody leads then.

    Run twice, or by two workers at once, each ends once: their rows are locked and read anew.

    Returns:
        How many ended.
    """
    over = [place for place, today in _for_now(session, at) if _until(place) < today]
    for place in over:
        last = _until(place)
        end(session, place, at=at)
        _tell_ended(session, place, last, at)
    teams = {place.team_id for place in over}
    if teams:
        lead_services.tell_unled(session, lead_queries.unled_since(session, only=teams), at=at, anew=True)
    return len(over)


def remind(session: Session, *, at: datetime) -> int:
    """Tell who leads a team for now that it ends soon; where nobody else leads it, also who names the next.

    Each end is told of once; a day that was moved is told of anew.

    Returns:
        How many ends were told of now.
    """
    near = [place for place, today in _for_now(session, at) if today <= _until(place) <= today + REMIND]
    told = _told(session, near, at)
    fresh = [place for place in near if not told & {(_path(place.team), each) for each in _subjects(place)}]
    leads = lead_services.network_leads(session, {place.network_id for place in fresh})
    for place in fresh:
        people = {place.user_id}
        if not lead_queries.led_for_good(session, place.team_id):
            people |= lead_queries.told_above(session, place.team_id) | leads.get(place.network_id, set())
        notify(
            session, people, kind=ENDS, network_id=place.network_id, at=at, path=_path(place.team),
            subject=_subject(place),
            body=_("Say who leads it next, or let %(name)s lead it longer.", name=place.user.name),
        )  # fmt: skip
    return len(fresh)


def _for_now(session: Session, at: datetime) -> Sequence[tuple[Membership, date]]:
    """Return who leads a team for now, locked, each with the civil day it is in their network."""
    rows = session.execute(
        select(Membership, Network.time_zone)
        .join(Network, Network.id == Membership.network_id)
        .join(User, User.id == Membership.user_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.role == TeamRole.LEAD, Membership.deleted_at.is_(None))
        .where(Membership.interim_until <= at.date() + REMIND + timedelta(days=1))
        .options(contains_eager(Membership.user), contains_eager(Membership.team))
        .order_by(Membership.id)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    ).all()
    return [(row[0], at.astimezone(ZoneInfo(row[1])).date()) for row in rows]


def _until(place: Membership) -> date:
    return place.interim_until or date.max


def _path(team: Team) -> str:
    return f"/teams/{team.public_id}/lead"


def _subject(place: Membership) -> str:
    last = day_words(_until(place), year=True)
    return _("%(name)s leads %(team)s until %(day)s", name=place.user.name, team=place.team.name, day=last)


def _subjects(place: Membership) -> set[str]:
    """Return the subject in every language: each was told in their own."""
    found = set()
    for code in catalogues.languages():
        with in_language(code):
            found.add(str(_subject(place))[:300])
    return found


def _told(session: Session, places: Iterable[Membership], at: datetime) -> set[tuple[str, str]]:
    """Return of which ends somebody was told: path and subject."""
    networks = sorted({place.network_id for place in places})
    rows = session.execute(
        select(Notice.path, Notice.subject).where(
            Notice.network_id.in_(networks), Notice.kind == ENDS, Notice.created_at > at - 2 * REMIND
        )
    )
    return {(row[0], row[1]) for row in rows}


def _tell_ended(session: Session, place: Membership, last: date, at: datetime) -> None:
    notify(
        session, [place.user_id], kind=ENDED, network_id=place.network_id, at=at,
        subject=_("You no longer lead %(team)s", team=place.team.name),
        body=partial(_ended_words, last, place.deleted_at is not None), path=f"/teams/{place.team.public_id}",
    )  # fmt: skip


def _ended_words(last: date, is_out: bool) -> str:
    then = _("You are out of the team again.") if is_out else _("You work in it as before.")
    return _("%(day)s was the last day.", day=day_words(last, year=True)) + " " + then
