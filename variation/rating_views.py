"""Need, fit and readiness to scale: several teams' ratings side by side, and rating."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _
from variation import (
    fit,
    practice_forms,
    practice_queries,
    practice_services,
    rating_queries,
    seat_queries,
    seats,
    stage_svg,
)
from variation.alignment_base_views import blueprint, by_name, seat_for, site_to_add, take_or_return
from variation.models import Rating
from variation.practice_views import judged


@blueprint.get("/practices/<uuid:practice_id>/ratings")
@access.signed_in
def practice_ratings(practice_id: UUID) -> ResponseReturnValue:
    """Show every team's ratings side by side, never as one number."""
    actor = by_name()
    row = practice_queries.practice_row(session(), actor, practice_id)
    ratings = rating_queries.ratings_of(session(), actor, row.id)
    kinds = {kind: fit.sides(kind, judged(ratings, kind)) for kind in fit.KINDS}
    return render_template(
        "variation/ratings.html",
        practice=row, kinds=kinds, spread=stage_svg.spread, values=fit.value_words(),
        advice=fit.fit_advice(kinds["fit"]), readiness=fit.readiness_advice(kinds["readiness"]),
        sites=seat_queries.sites_to_write(session(), actor, limit=200) if seats.can_name(actor) else [],
        ratings=list(reversed(ratings))[:100], side_names={k: fit.side_names(k) for k in fit.KINDS},
        mine=actor.team_ids if not actor.is_network_lead else None,
    )  # fmt: skip


@blueprint.get("/practices/<uuid:practice_id>/rate")
@access.signed_in
def rate_start(practice_id: UUID) -> ResponseReturnValue:
    """Lead from the choice of a site to its form."""
    by_name()
    kind = "readiness" if request.args.get("kind") == "readiness" else "fit"
    site = uuid_arg("site")
    if site is None:
        return redirect(url_for(".practice_ratings", practice_id=practice_id), 303)
    return redirect(url_for(".rate_practice", practice_id=practice_id, site_id=site, kind=kind), 303)


@blueprint.route("/practices/<uuid:practice_id>/rate/<uuid:site_id>", methods=["GET", "POST"])
@access.signed_in
def rate_practice(practice_id: UUID, site_id: UUID) -> ResponseReturnValue:
    """Rate the sides of a practice for a site, in the own team's name."""
    actor = by_name()
    thing = practice_queries.get_practice(session(), actor, practice_id)
    site, seat = site_to_add(actor, site_id)
    kind = "readiness" if request.args.get("kind") == "readiness" else "fit"
    form = practice_forms.rating_form(kind, data={"on": today(actor)})

    def work(current: Any) -> None:
        on = min(form.on.data or today(actor), today(actor))
        practice_services.rate(current, thing, site.id, seat.team_id, kind, form.ratings(), on=on)

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(url_for(".practice_ratings", practice_id=practice_id), _("Your team’s ratings are kept."))
    return render_template(
        "variation/rate.html", form=form, practice=thing, site=site, kind=kind, sides=fit.KINDS[kind],
        questions=fit.side_questions(kind),
    ), status_of(form)  # fmt: skip


@blueprint.post("/ratings/<uuid:rating_id>/remove")
@access.signed_in
def remove_rating(rating_id: UUID) -> ResponseReturnValue:
    """Take a rating away, or bring it back."""
    actor = by_name()
    rating = rating_to_edit(actor, rating_id)
    practice = practice_queries.practice_by_number(session(), rating.practice_id)
    return take_or_return(
        actor,
        lambda s, gone: practice_services.remove(s, rating, gone, at=clock.now()),
        words=_("The rating is taken away."), undo=url_for(".remove_rating", rating_id=rating_id, back=1),
        back=url_for(".practice_ratings", practice_id=practice.public_id),
    )  # fmt: skip


def rating_to_edit(actor: Actor, rating_id: UUID) -> Rating:
    """Return a rating, taken away or not, refusing those whose team did not give it."""
    rating = rating_queries.get_rating(session(), actor, rating_id)
    if not actor.edits(rating.team_id):
        seat_for(actor, rating.site_id, rating.team_id)
    return rating
