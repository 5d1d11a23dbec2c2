"""Pages of questions between teams: the list, asking, answering, declining, taking back."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles import idea_queries as cycle_ideas
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, try_to, uuid_arg, went
from nic_platform.text import _
from teams.models import Team
from variation import (
    alike_queries,
    alike_views,
    asking_policies,
    asking_queries,
    asking_services,
    asking_table,
)
from variation.asking_queries import Whom
from variation.asking_services import About
from variation.download_views import count_download
from variation.forms import AnswerForm, AskForm
from variation.library_views import blueprint, given

MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Asked:
    """What is named of whom to ask: a team, an idea, a bright spot by its key, or a like team by its key."""

    idea_id: UUID | None = None
    team_id: UUID | None = None
    measure_id: UUID | None = None
    spot: str = ""
    like: str = ""


@dataclass(frozen=True)
class Wanted:
    """Whom a question goes to, and what about; ``title`` says it in words."""

    whom: Whom
    about: About
    title: str


@blueprint.get("/questions")
@access.signed_in
def askings() -> ResponseReturnValue:
    """List what the own teams asked others, and what others asked them."""
    actor = access.actor()
    rows = asking_queries.list_askings(session(), actor)
    return render_template(
        "variation/askings.html",
        asked=[row for row in rows if row.from_id in actor.team_ids],
        received=[row for row in rows if row.to_id in actor.team_ids],
        may_ask=asking_policies.can_ask(actor),
    )


@blueprint.get("/questions/export.<any(csv, xlsx):format>")
@access.signed_in
def export_askings(format: str) -> ResponseReturnValue:  # noqa: A002  the name stands in the address
    """Give the questions of the own teams as a table: what the list shows, with the answers."""
    actor = access.actor()
    rows = asking_queries.list_askings(session(), actor, limit=MOST_EXPORTED)
    count_download(actor.user_id)
    return given(asking_table.header(), asking_table.rows(rows, actor.team_ids), "questions", format)


@blueprint.get("/questions/<uuid:asking_id>")
@access.signed_in
def asking(asking_id: UUID) -> ResponseReturnValue:
    """Show one question with its answer, or the form that answers it."""
    return _page(access.actor(), asking_id, None)


def _page(actor: Actor, asking_id: UUID, form: AnswerForm | None) -> ResponseReturnValue:
    found = asking_queries.get_asking(session(), actor, asking_id)
    row = asking_queries.list_askings(session(), actor, asking_id=asking_id)[0]
    page = render_template(
        "variation/asking.html",
        row=row,
        form=form or AnswerForm(),
        may_answer=asking_policies.can_answer(actor, found),
        may_withdraw=asking_policies.can_withdraw(actor, found),
        is_asker=found.from_id in actor.team_ids,
    )
    return page, 422 if form is not None else 200


@blueprint.route("/questions/new", methods=["GET", "POST"])
@access.signed_in
def new_asking() -> ResponseReturnValue:
    """Ask another team: about an idea it tested, what it does as a bright spot, or a like milestone."""
    actor = access.actor()
    access.require(asking_policies.can_ask(actor))
    asked = _asked()
    found = wanted(actor, asked)
    form, at = AskForm(), clock.now()
    asker = session().get_one(Team, actor.team_id).name
    if form.validate_on_submit() and try_to(
        form, actor, lambda s: asking_services.ask(
            s, found.whom, found.about, form.words.data or "", by=actor, at=at, asker=asker)
    ):  # fmt: skip
        words = _("Your question is on its way. You find it, and the answer, under Questions.")
        return went(url_for(".askings"), words)
    page = render_template("variation/ask.html", form=form, wanted=found, back=_back(asked))
    return page, status_of(form)


def _asked() -> Asked:
    asked = request.args
    return Asked(
        uuid_arg("idea"), uuid_arg("team"), uuid_arg("measure"), asked.get("spot", ""), asked.get("like", "")
    )


def _back(asked: Asked) -> str:
    """Return the page that an address to ask from leads back to."""
    if asked.idea_id is not None:
        return url_for("cycles.idea", idea_id=asked.idea_id)
    if asked.spot:
        return url_for(".bright_spots", measure=asked.measure_id)
    return url_for(".alike") if asked.like else url_for(".askings")


def wanted(actor: Actor, asked: Asked) -> Wanted:
    """Return whom a question goes to and what it is about.

    Raises:
        AbsentError: there is no such team to ask, or nothing says whom.
    """
    found = _wanted(actor, asked)
    if found is None:
        raise AbsentError(_("There is no such team to ask."))
    return found


def _wanted(actor: Actor, asked: Asked) -> Wanted | None:
    current, to_ask = session(), None
    if asked.idea_id is not None:
        idea = cycle_ideas.get_idea(current, actor, asked.idea_id)
        whom = (
            asking_queries.named(current, actor, asked.team_id, idea.id)
            if asked.team_id else alike_queries.best_to_ask(current, actor, idea.id)
        )  # fmt: skip
        return Wanted(whom, About(idea.title, idea.id), idea.title) if whom else None
    if asked.measure_id is not None and asked.spot:
        to_ask = alike_views.spot_to_ask(actor, asked.measure_id, asked.spot)
    elif asked.like:
        to_ask = alike_queries.like_to_ask(current, actor, asked.like, alike_views.secret())
    elif asked.team_id is not None:
        whom = asking_queries.named(current, actor, asked.team_id)
        return Wanted(whom, About(), whom.name) if whom else None
    if to_ask is None:
        return None
    return Wanted(to_ask.whom, About(to_ask.about, None, to_ask.measure_id), to_ask.about)


@blueprint.post("/questions/<uuid:asking_id>/answer")
@access.signed_in
def answer_asking(asking_id: UUID) -> ResponseReturnValue:
    """Answer a question of another team."""
    actor = access.actor()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_answer(actor, found))
    form, at = AnswerForm(), clock.now()
    if form.validate_on_submit() and try_to(
        form, actor, lambda s: asking_services.answer(
            s, asking_queries.get_asking(s, actor, asking_id), form.answer.data or "",
            by_name=bool(form.by_name.data), is_shared=bool(form.is_shared.data), by=actor, at=at)
    ):  # fmt: skip
        return went(url_for(".asking", asking_id=asking_id), _("Your answer is sent."))
    return _page(actor, asking_id, form)


@blueprint.post("/questions/<uuid:asking_id>/decline")
@access.signed_in
def decline_asking(asking_id: UUID) -> ResponseReturnValue:
    """Say that the team can't answer."""
    actor = access.actor()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_answer(actor, found))
    with transaction(actor) as current:
        asking_services.decline(current, found, by=actor, at=clock.now())
    return went(url_for(".asking", asking_id=asking_id), _("The team that asked is told."))


@blueprint.post("/questions/<uuid:asking_id>/undo")
@access.signed_in
def undo_asking(asking_id: UUID) -> ResponseReturnValue:
    """Take an answer or a refusal back."""
    actor = access.actor()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_answer(actor, found))
    with transaction(actor) as current:
        asking_services.take_back(current, found, by=actor, at=clock.now())
    return went(url_for(".asking", asking_id=asking_id), _("It waits for your answer again."))


@blueprint.post("/questions/<uuid:asking_id>/withdraw")
@access.signed_in
def withdraw_asking(asking_id: UUID) -> ResponseReturnValue:
    """Take the own team's question back, or bring it back with ``back``."""
    actor = access.actor()
    found = asking_queries.get_asking(session(), actor, asking_id)
    access.require(asking_policies.can_withdraw(actor, found))
    wanted = not request.form.get("back")
    with transaction(actor) as current:
        asking_services.withdraw(current, found, wanted, by=actor, at=clock.now())
    words = _("The question is taken back.") if wanted else _("The question is back.")
    return went(url_for(".asking", asking_id=asking_id), words)
