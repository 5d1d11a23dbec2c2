"""The network's calendar and its own words in the API: school years, breaks, testing windows, quarters."""

from typing import Any
from uuid import UUID

from nic_platform import access, clock, words
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.fields import clean
from nic_platform.text import _
from teams import calendar_schemas as schemas
from teams import calendar_services, network_queries, network_services, policies, word_forms
from teams.models import CalendarSpan, Network, SchoolYear

blueprint = ApiBlueprint("api_calendar", __name__, "", "The network’s calendar and its own words")
Sent = dict[str, Any]


def _with(year: SchoolYear, spans: list[CalendarSpan]) -> Sent:
    names = ("public_id", "name", "starts_on", "ends_on", "version")
    return {name: getattr(year, name) for name in names} | {"spans": spans}


def _year_out(year: SchoolYear) -> Sent:
    return _with(year, calendar_services.spans_of(session(), year))


def _require_lead(actor: Actor) -> None:
    access.require(policies.can_run_network(actor), _("Only a network lead can change the network."))


def _own_year(year_id: UUID) -> tuple[Actor, SchoolYear]:
    actor = access.actor()
    year = network_queries.get_year(session(), actor, year_id)
    _require_lead(actor)
    return actor, year


def _own_span(span_id: UUID, *, is_deleted: bool = False) -> tuple[Actor, CalendarSpan, SchoolYear]:
    actor = access.actor()
    span, year = network_queries.get_span(session(), actor, span_id, is_deleted=is_deleted)
    _require_lead(actor)
    return actor, span, year


@blueprint.get("/network/years")
@access.signed_in
@blueprint.response(200, schemas.SchoolYears)
def list_years() -> Sent:
    """List the network's school years with their breaks, testing windows and quarters, newest first."""
    rows = network_queries.years_with_spans(session(), access.actor())
    return {"items": [_with(year, spans) for year, spans in rows]}


@blueprint.post("/network/years")
@access.signed_in
@blueprint.arguments(schemas.SchoolYearIn)
@blueprint.response(201, schemas.SchoolYearOut)
def add_year(sent: Sent) -> Sent:
    """Add a school year to the calendar. Network leads may."""
    actor = access.actor()
    network = network_queries.get_network(session(), actor)
    _require_lead(actor)
    with transaction(actor) as current:
        year = calendar_services.save_year(
            current, None, network_id=network.id, **sent, by=actor, at=clock.now()
        )
    return _year_out(year)


@blueprint.get("/network/years/<uuid:year_id>")
@access.signed_in
@blueprint.response(200, schemas.SchoolYearOut)
def get_year(year_id: UUID) -> Sent:
    """Return one school year."""
    return _year_out(network_queries.get_year(session(), access.actor(), year_id))


@blueprint.patch("/network/years/<uuid:year_id>")
@access.signed_in
@blueprint.arguments(schemas.SchoolYearPatch)
@blueprint.response(200, schemas.SchoolYearOut)
def change_year(sent: Sent, year_id: UUID) -> Sent:
    """Change a school year; its breaks, testing windows and quarters must lie in it. Network leads may."""
    actor, year = _own_year(year_id)
    check_version(sent.pop("version"), year.version)
    values = {name: getattr(year, name) for name in ("name", "starts_on", "ends_on")} | sent
    with transaction(actor) as current:
        calendar_services.save_year(
            current, year, network_id=year.network_id, **values, by=actor, at=clock.now()
        )
    return _year_out(year)


@blueprint.post("/network/years/<uuid:year_id>/spans")
@access.signed_in
@blueprint.arguments(schemas.SpanIn)
@blueprint.response(201, schemas.SpanOut)
def add_span(sent: Sent, year_id: UUID) -> CalendarSpan:
    """Add a break, a testing window or a quarter. Network leads may."""
    actor, year = _own_year(year_id)
    with transaction(actor) as current:
        return calendar_services.add_span(current, year, sent, by=actor, at=clock.now())


@blueprint.post("/network/years/<uuid:year_id>/quarters")
@access.signed_in
@blueprint.response(201, schemas.SchoolYearOut)
def add_quarters(year_id: UUID) -> Sent:
    """Divide a school year into four quarters with as many school days each. Network leads may."""
    actor, year = _own_year(year_id)
    with transaction(actor) as current:
        calendar_services.add_quarters(current, year, by=actor, at=clock.now())
    return _year_out(year)


@blueprint.patch("/network/spans/<uuid:span_id>")
@access.signed_in
@blueprint.arguments(schemas.SpanPatch)
@blueprint.response(200, schemas.SpanOut)
def change_span(sent: Sent, span_id: UUID) -> CalendarSpan:
    """Change a break, a testing window or a quarter; what is left out stays. Network leads may."""
    actor, span, year = _own_span(span_id)
    check_version(sent.pop("version"), span.version)
    values = {name: getattr(span, name) for name in ("kind", "name", "starts_on", "ends_on")} | sent
    with transaction(actor) as current:
        calendar_services.save_span(current, year, span, values, by=actor, at=clock.now())
    return span


@blueprint.delete("/network/spans/<uuid:span_id>")
@access.signed_in
@blueprint.response(204)
def remove_span(span_id: UUID) -> None:
    """Take a break, a testing window or a quarter out of the calendar. Network leads may."""
    actor, span, _year = _own_span(span_id)
    with transaction(actor) as current:
        calendar_services.remove(current, span, by=actor, at=clock.now())


@blueprint.post("/network/spans/<uuid:span_id>/restore")
@access.signed_in
@blueprint.response(200, schemas.SpanOut)
def restore_span(span_id: UUID) -> CalendarSpan:
    """Bring a removed entry of the calendar back, unless another stands in its place. Network leads may."""
    actor, span, year = _own_span(span_id, is_deleted=True)
    with transaction(actor) as current:
        calendar_services.restore_span(current, year, span, by=actor, at=clock.now())
    return span


# ---------------------------------------------------------------- own words


def _words_out(network: Network) -> Sent:
    return {
        "nouns": words.NOUNS, "words": network.words, "sentences": word_forms.preview(network.words),
        "version": network.version,
    }  # fmt: skip


def _by_place(told: tuple[str, str]) -> tuple[str, str]:
    """Return what is wrong with a word under its place in what was sent: ``words.milestone.0``."""
    noun, _sign, end = told[0].rpartition("_")
    return f"words.{noun}.{word_forms.ENDS.index(end)}", told[1]


@blueprint.get("/network/words")
@access.signed_in
@blueprint.response(200, schemas.OwnWordsOut)
def get_words() -> Sent:
    """Return what the network calls things."""
    return _words_out(network_queries.get_network(session(), access.actor()))


@blueprint.put("/network/words")
@access.signed_in
@blueprint.arguments(schemas.OwnWordsIn)
@blueprint.response(200, schemas.OwnWordsOut)
def set_words(sent: Sent) -> Sent:
    """Rename the nouns of the network; those left out are the platform's again. Network leads may."""
    actor = access.actor()
    network = network_queries.get_network(session(), actor)
    _require_lead(actor)
    check_version(sent["version"], network.version)
    typed = {noun: [clean(word) for word in pair] for noun, pair in sent["words"].items()}
    pairs = word_forms.said_otherwise(typed)
    if wrong := word_forms.problems(pairs):
        raise InputError(_("These words can’t be used yet."), dict(map(_by_place, wrong.items())))
    with transaction(actor) as current:
        network_services.save_network(current, network, {"words": pairs}, by=actor, at=clock.now())
    return _words_out(network)
