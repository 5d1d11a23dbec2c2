"""The first steps of a team: an overview, a page for each, leaving and coming back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from accounts import link_services, sign_in_services
from accounts import queries as account_queries
from accounts import rules as account_rules
from nic_platform import access, clock
from nic_platform.actor import EDITORS, Actor, TeamRole
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, RuleError
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _, ngettext
from teams import (
    charter,
    first_step_forms,
    first_step_queries,
    first_step_services,
    invitation_services,
    policies,
    roles,
    team_queries,
    team_services,
)
from teams import (
    link_services as team_links,
)
from teams.base_views import blueprint, both_versions
from teams.first_steps import First
from teams.models import Team

Handled = ResponseReturnValue | None


class Room:
    """What the page of a step works with: who asks, the team, its people, how far it is."""

    def __init__(self, team_id: UUID) -> None:
        """Read the team; only those who may write its charter come in."""
        self.actor = access.actor()
        self.team: Team = team_queries.get_team(session(), self.actor, team_id)
        words = _("Only a lead of %(team)s can set it up. Ask one of them.", team=self.team.name)
        access.require(policies.can_edit_team(self.actor, self.team.id), words)
        self.people = team_queries.people_of(session(), self.team.id)
        self.path = first_step_queries.path_of(session(), self.actor, self.team, self.people, at=clock.now())

    @property
    def workers(self) -> list[team_queries.Person]:
        """Return who works in the team; coaches and observers are guests."""
        return [person for person in self.people if person.role in EDITORS]

    def onward(self, key: str) -> ResponseReturnValue:
        """Go to the step after one, or to the overview after the last."""
        after = self.path.after(key)
        if request.form.get("go") == "stay":
            return redirect(url_for(".first_step", team_id=self.team.public_id, first_step=key), 303)
        if after is None:
            return redirect(url_for(".first_steps", team_id=self.team.public_id), 303)
        return redirect(url_for(".first_step", team_id=self.team.public_id, first_step=after.key.value), 303)


@blueprint.get("/teams/<uuid:team_id>/start", endpoint="first_steps")
@access.signed_in
def overview(team_id: UUID) -> ResponseReturnValue:
    """Show the first steps of a team: what is done, what is open, how long the rest takes."""
    room = Room(team_id)
    return render_template("teams/first_steps.html", team=room.team, path=room.path)


@blueprint.route("/teams/<uuid:team_id>/start/<first_step>", methods=["GET", "POST"])
@access.signed_in
def first_step(team_id: UUID, first_step: str) -> ResponseReturnValue:
    """Show one step, and take what it asks for."""
    room = Room(team_id)
    step = room.path.step(first_step)
    if step is None:
        raise AbsentError(_("There is no such step."))
    form, more, save = _STEPS[step.key](room)
    if form.validate_on_submit():
        answer = save()
        if answer is not None:
            return answer
    page = render_template(
        "teams/first_step.html", team=room.team, path=room.path, step=step, form=form,
        after=room.path.after(first_step), before=room.path.before(first_step), **more,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/teams/<uuid:team_id>/start-finish")
@access.signed_in
def finish_first_steps(team_id: UUID) -> ResponseReturnValue:
    """Finish the first steps, or put them away; they can be taken up again."""
    room = Room(team_id)
    with transaction(room.actor) as current:
        first_step_services.finish(current, room.team, by=room.actor, at=clock.now())
    return went(url_for(".team", team_id=team_id), _("The charter stands. You can change it at any time."))


@blueprint.post("/teams/<uuid:team_id>/start-again")
@access.signed_in
def take_up_first_steps(team_id: UUID) -> ResponseReturnValue:
    """Take the first steps up again."""
    room = Room(team_id)
    with transaction(room.actor) as current:
        first_step_services.take_up(current, room.team, by=room.actor, at=clock.now())
    return redirect(url_for(".first_steps", team_id=team_id), 303)


# ---------------------------------------------------------------- the steps

Made = tuple[Any, dict[str, Any], Callable[[], Handled]]


def _charter_step(room: Room, form: Any, key: First) -> Made:
    """Return a step that writes a part of the charter."""
    names = [field.name for field in form if field.name in team_services.CHARTER]

    def save() -> Handled:
        if form.is_stale(room.team.version):
            return both_versions(form, room.team.name, room.team, {n: getattr(room.team, n) for n in names})
        values = {name: form[name].data for name in names}
        done = try_to(
            form,
            room.actor,
            lambda s: team_services.save_charter(s, room.team, values, by=room.actor, at=clock.now()),
        )
        return room.onward(key) if done else None

    return form, {}, save


def _purpose(room: Room) -> Made:
    return _charter_step(room, first_step_forms.PurposeStep(obj=room.team), First.PURPOSE)


def _functions(room: Room) -> Made:
    form = first_step_forms.FunctionsStep(obj=room.team).offer()
    return _charter_step(room, form, First.FUNCTIONS)


def _rhythm(room: Room) -> Made:
    form = first_step_forms.RhythmStep(obj=room.team).offer(room.team.rhythm_days)
    return _charter_step(room, form, First.RHYTHM)


def _strengths(room: Room) -> Made:
    form = first_step_forms.strengths_form(room.workers)

    def work(current: Session) -> None:
        first_step_services.save_strengths(current, room.team, form.brings(), by=room.actor, at=clock.now())

    def save() -> Handled:
        if try_to(form, room.actor, work):
            return room.onward(First.STRENGTHS)
        form.renew(team_queries.people_of(session(), room.team.id))
        return None

    return form, {"people": room.workers}, save


def _people(room: Room) -> Made:
    has_lead = any(person.role is TeamRole.LEAD for person in room.people)
    form = first_step_forms.PeopleStep().offer(needs_lead=not has_lead)
    more = {
        "people": room.people,
        "invited": first_step_queries.invited_to(session(), room.team, at=clock.now()),
        "role_words": roles.role_words,
        "names": charter.names(),
    }
    return form, more, lambda: _invite(room, form)


def _invite(room: Room, form: first_step_forms.PeopleStep) -> Handled:
    addresses = form.addresses()
    known = {email: account_queries.user_by_email(session(), email) for email in addresses}
    here = {person.user_id: person.name for person in room.people}
    inside = [user.name for user in known.values() if user is not None and user.id in here]
    if inside:
        form.emails.errors = [*form.emails.errors, _("In this team already: %(who)s", who=", ".join(inside))]
        return None
    if not addresses:
        return room.onward(First.PEOPLE)
    for _each in addresses:
        _count_invitation(room.actor)
    payload = invitation_services.to_team(room.team, TeamRole(form.role.data))
    with transaction(room.actor) as current:
        for email in addresses:
            link_services.invite(
                current, email, place=room.team.name, payload=payload, network_id=room.team.network_id,
                by=room.actor, base_url=str(current_app.config["BASE_URL"]), at=clock.now(),
                known=account_queries.user_by_email(current, email),
            )  # fmt: skip
    words = ngettext(
        "One invitation is on its way.", "%(count)s invitations are on their way.", len(addresses)
    )
    flash(words, "good")
    return room.onward(First.PEOPLE)


def _count_invitation(actor: Actor) -> None:
    at = clock.now()
    with transaction(at=at) as current:
        allowed = sign_in_services.spend(current, account_rules.invitation_tries(actor.user_id), at=at)
    if not allowed:
        raise TooManyRequests(_("Too many invitations at once."), retry_after=account_rules.seconds_left(at))


def _links(room: Room) -> Made:
    uppers = first_step_queries.uppers_near(session(), room.actor, room.team)
    form = first_step_forms.LinkStep().offer(uppers, room.workers)
    links = [
        link
        for link in team_queries.links_of(session(), room.actor, room.team.id)
        if link.lower_id == room.team.public_id
    ]
    return form, {"links": links, "uppers": uppers}, lambda: _link(room, form)


def _link(room: Room, form: first_step_forms.LinkStep) -> Handled:
    upper = team_queries.get_team(session(), room.actor, form.upper.data)
    values = form.values() | {"receiver": None}

    def make(current: Session) -> None:
        team_links.create_link(current, room.team, upper, values, by=room.actor, at=clock.now())

    try:
        return room.onward(First.LINKS) if try_to(form, room.actor, make) else None
    except RuleError as error:
        form.upper.errors = [*form.upper.errors, str(error)]
        return None


_STEPS: dict[First, Callable[[Room], Made]] = {
    First.PURPOSE: _purpose,
    First.PEOPLE: _people,
    First.STRENGTHS: _strengths,
    First.FUNCTIONS: _functions,
    First.RHYTHM: _rhythm,
    First.LINKS: _links,
}
