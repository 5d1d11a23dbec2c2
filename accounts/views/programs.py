"""Programs' accounts of a network: a network lead makes them, gives them roles and tokens, and ends them."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import queries, services
from accounts.forms import network_role_names, role_names
from accounts.program_forms import ProgramForm, RoleForm, ScopedTokenForm, scope_rows
from accounts.views import base
from accounts.views.base import blueprint
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import status_of, try_to, uuid_arg, went
from nic_platform.text import _
from teams import invitation_queries, program_queries, program_services
from teams.models import Program, Team


def _team(current: Session, actor: Actor, name: str) -> Team | None:
    """Return the team that was typed.

    Raises:
        InputError: no team or several are called so.
    """
    if not name:
        return None
    found = invitation_queries.find_teams(current, actor, name)
    same = [each for each in found if each.name.casefold() == name.casefold()]
    if len(same) != 1:
        names = ", ".join(each.name for each in found[:5])
        said = (
            _("Write a team’s whole name, such as: %(names)s.", names=names)
            if names
            else _("No team is called so.")
        )
        raise InputError(said, {"team": said})
    return invitation_queries.team_to_invite_to(current, actor, same[0].id)


@blueprint.route("/network/programs", methods=["GET", "POST"])
@access.signed_in
def programs() -> ResponseReturnValue:
    """List the network's programs, and add one with its first role."""
    actor, form, made = base.network_lead(), ProgramForm(), list[Program]()

    def work(current: Session) -> None:
        team = _team(current, actor, form.team.data or "")
        program = program_services.create(
            current, actor.network_id or 0, name=form.name.data or "", purpose=form.purpose.data or "",
            by=actor, at=clock.now(),
        )  # fmt: skip
        program_services.give_role(current, program, form.chosen(), team, by=actor, at=clock.now())
        made.append(program)

    if form.validate_on_submit() and try_to(form, actor, work):
        address = url_for(".program", program_id=made[0].user.public_id)
        return went(address, _("The program is there. Make it a token."))
    rows = program_queries.list_programs(session(), actor, after=uuid_arg("after"))
    shown = rows[:50]
    page = render_template(
        "accounts/programs.html", form=form, rows=shown, after=shown[-1].id if len(rows) > 50 else None
    )
    return page, status_of(form)


@blueprint.route("/network/programs/<uuid:program_id>", methods=["GET", "POST"])
@access.signed_in
def program(program_id: UUID) -> ResponseReturnValue:
    """Show one program with its roles and tokens, and make a token: its text is shown this once."""
    actor, at, made = base.network_lead(), clock.now(), ""
    row = program_queries.row_of(session(), actor, program_id)
    found = program_queries.get_program(session(), actor, program_id)
    form, role_form = ScopedTokenForm(), RoleForm(formdata=None)
    status = status_of(form)
    if form.validate_on_submit() and base.is_confirmed(form):
        with transaction(actor) as current:
            _token, made = services.create_token(
                current, name=form.name.data or "", days=int(form.days.data), team_id=None, by=actor, at=at,
                scopes=form.scopes.data or (), user_id=found.user_id,
            )  # fmt: skip
        form, status = ScopedTokenForm(formdata=None), 201
    form.confirm.data = ""
    page = render_template(
        "accounts/program.html",
        program=row,
        roles=program_queries.roles_of(session(), actor, found.user_id),
        role_words={**network_role_names(), **role_names()},
        tokens=program_queries.tokens_of(session(), found.user_id, at=at),
        form=form, role_form=role_form, scopes=scope_rows(form), made=made,
        has_password=base.me().password_hash is not None,
    )  # fmt: skip
    return page, status


@blueprint.post("/network/programs/<uuid:program_id>/roles")
@access.signed_in
def give_program_role(program_id: UUID) -> ResponseReturnValue:
    """Give a program one more role."""
    actor, form = base.network_lead(), RoleForm()
    found = program_queries.get_program(session(), actor, program_id)
    back = url_for(".program", program_id=program_id)
    if not form.validate_on_submit():
        raise InputError(_("Choose a role."))
    with transaction(actor) as current:
        team = _team(current, actor, form.team.data or "")
        program_services.give_role(current, found, form.chosen(), team, by=actor, at=clock.now())
    return went(back, _("The program has the role."))


@blueprint.post("/network/programs/<uuid:program_id>/end")
@access.signed_in
def end_program(program_id: UUID) -> ResponseReturnValue:
    """Shut a program out from its next request on."""
    actor = base.network_lead()
    found = program_queries.get_program(session(), actor, program_id)
    with transaction(actor) as current:
        program_services.end(current, found, by=actor, at=clock.now())
    return went(url_for(".programs"), _("The program has ended. What it did stays under its name."))


@blueprint.post("/network/programs/<uuid:program_id>/tokens/<uuid:program_token_id>/end")
@access.signed_in
def end_program_token(program_id: UUID, program_token_id: UUID) -> ResponseReturnValue:
    """End one token of a program."""
    actor = base.network_lead()
    found = program_queries.get_program(session(), actor, program_id)
    token = queries.own_token(session(), found.user_id, program_token_id)
    with transaction(actor) as current:
        services.revoke_token(current, token, by=actor, at=clock.now())
    return went(url_for(".program", program_id=program_id), _("The token has ended."))
