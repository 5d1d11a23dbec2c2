"""The comparison of places by school year: schools, districts and regions, of a hub, a state or a network."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from measures.school_years import name_of
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.taking import wait_for
from nic_platform.text import _
from variation import (
    level_words,
    place_drawing,
    place_export,
    place_forms,
    place_funnel,
    place_loading,
    place_tones,
    place_words,
)
from variation.download_views import count_download
from variation.library_views import given
from variation.place_page import PlacesPage

blueprint = Blueprint("places", __name__)


@blueprint.get("/compare/places")
@access.signed_in
def index() -> ResponseReturnValue:
    """Hold the places below one against each other on one measure, in one school year."""
    actor = access.actor()
    return shown(read(actor), actor)


@blueprint.get("/compare/places/funnel")
@access.signed_in
def funnel() -> ResponseReturnValue:
    """Show the funnel alone, at full width, with the places outside the limits in a table."""
    actor = access.actor()
    page = read(actor)
    drawn = place_funnel.funnel(page)
    if drawn is None:
        raise AbsentError(_("There are too few places for a funnel."))
    return render_template(
        "variation/places_funnel.html", page=page, funnels=drawn, told=place_words.funnel(page),
        say=place_words, here=_here(page), year_name=name_of(page.year),
    )  # fmt: skip


@blueprint.get("/compare/places/export.<any(csv, xlsx):format>")
@access.signed_in
def download(format: str) -> Response:  # noqa: A002  the name stands in the address
    """Give the comparison as a table to take away: what the page shows of all its places, no more."""
    actor = access.actor()
    count_download(actor.user_id)
    page = place_loading.read(session(), actor, place_forms.choice_from(request.args), everything=True)
    rows = place_export.rows(page)
    wait_for(len(rows), _("Places compared"))
    return given(place_export.header(page), rows, "compare-places", format)


def read(actor: Actor) -> PlacesPage:
    """Return the comparison that the address asks for."""
    return place_loading.read(session(), actor, place_forms.choice_from(request.args))


def shown(page: PlacesPage, actor: Actor) -> str:
    """Return the page of a comparison."""
    return render_template("variation/places.html", page=page, actor=actor, **_drawn(page))


def _here(page: PlacesPage) -> Any:
    return lambda **changes: place_forms.address_of(page.choice, **changes)


def _drawn(page: PlacesPage) -> dict[str, Any]:
    """Return everything of the page that is drawn or written from numbers."""
    is_share = place_words.is_share(page)
    split = level_words.split(page.split, page.split_error, is_share=is_share)
    change = place_words.change(page)
    estimates, axis = place_drawing.caterpillar(page)
    return {
        "say": place_words, "levels": level_words, "year_of": name_of,
        "here": _here(page), "year_name": name_of(page.year),
        "lede": place_words.lede(page), "cautions": place_words.cautions(page),
        "panels": place_drawing.panels(page), "axis_words": place_drawing.axis_words(page),
        "funnels": place_funnel.funnel(page),
        "told": place_words.funnel(page), "estimates": estimates, "axis": axis, "split": split,
        "bar": place_drawing.parts_bar(page.split, " ".join(split.sentences)) if page.split else None,
        "change": change, "years": place_drawing.years(page),
        "tone": lambda zone: place_tones.tone(page, zone),
    }  # fmt: skip
