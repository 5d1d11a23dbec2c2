"""The network's own words: one page where a network lead renames the nouns that people read."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from nic_platform import access, clock, words
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _
from teams import network_queries, network_services, policies
from teams.base_views import blueprint, both_versions
from teams.models import Network
from teams.word_forms import WordsForm, preview, word_values, words_form


@blueprint.route("/network/words", methods=["GET", "POST"])
@access.signed_in
def own_words() -> ResponseReturnValue:
    """Rename the nouns of the network, look at them in sentences, or go back to ours."""
    actor = access.actor()
    network = network_queries.get_network(session(), actor)
    access.require(policies.can_run_network(actor), _("Only a network lead can change the network."))
    form = words_form(network.words, version=network.version)
    press = request.form.get("save", "")
    if press in {"ours", "colorado"}:
        return _take(network, press)
    if form.validate_on_submit() and press != "preview":
        if form.is_stale(network.version):
            return both_versions(form, _("Our words"), network, word_values(network.words))
        if try_to(form, actor, lambda s: _save(s, network, form.pairs())):
            return went(url_for(".own_words"), _("Saved. Every page speaks in these words now."))
    return _page(form, network, is_preview=press == "preview" and not form.errors)


def _save(current: Session, network: Network, pairs: dict[str, list[str]]) -> None:
    values = {"words": pairs}
    network_services.save_network(current, network, values, by=access.actor(), at=clock.now())


def _take(network: Network, press: str) -> ResponseReturnValue:
    """Take a ready set of words: ours for all nouns, or those of Colorado's guide before it was renamed."""
    earlier = {noun: list(pair) for noun, pair in words.COLORADO_BEFORE.items()}
    pairs = {} if press == "ours" else {**network.words, **earlier}
    with transaction(access.actor()) as current:
        _save(current, network, pairs)
    said = _("Our words are back.") if press == "ours" else _("Saved. Every page speaks in these words now.")
    return went(url_for(".own_words"), said)


def _page(form: WordsForm, network: Network, *, is_preview: bool) -> ResponseReturnValue:
    shown = form.pairs() if is_preview else network.words
    page = render_template(
        "teams/words.html", form=form, nouns=words.NOUNS, sentences=preview(shown), is_preview=is_preview
    )
    return page, 200 if is_preview else status_of(form)
