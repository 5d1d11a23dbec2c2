"""For how long a network keeps what: the page on which its leads say so."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.models import User
from desk import keeping, keeping_services
from desk.base_views import blueprint
from desk.keeping_forms import KeepingForm
from desk.look_views import lead
from nic_platform import access, clock
from nic_platform.database import session
from nic_platform.forms import conflict_page
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _
from teams import network_queries
from teams.models import Network


def installation() -> int:
    """Return for how many days deleted things are kept where a network chose nothing."""
    return int(current_app.config["KEPT_DAYS"])


def chosen(network: Network) -> dict[str, int | None]:
    """Return what a network chose, by key."""
    return {span.key: getattr(network, span.column) for span in keeping.SPANS}


def changed_meanwhile(form: KeepingForm, network: Network) -> ResponseReturnValue:
    """Show what somebody else saved since the form was opened."""
    author = session().get(User, network.updated_by_id) if network.updated_by_id else None
    return conflict_page(
        form, network.name, chosen(network), version=network.version, by=author.name if author else "",
        at=network.updated_at,
    )  # fmt: skip


@blueprint.route("/network/keeping", methods=["GET", "POST"])
@access.signed_in
def keeping_days() -> ResponseReturnValue:
    """Say for how long the network keeps what, to who runs it."""
    actor = lead()
    network = network_queries.get_network(session(), actor)
    form = KeepingForm(data={**chosen(network), "version": network.version})
    for key, words in keeping.names().items():
        form[key].label.text = words
    if form.validate_on_submit():
        if form.is_stale(network.version):
            return changed_meanwhile(form, network)
        days = {span.key: form[span.key].data for span in keeping.SPANS}
        at = clock.now()
        if try_to(form, actor, lambda s: keeping_services.save(s, network, days, by=actor, at=at)):
            return went(url_for(".keeping_days"), _("Saved. The next run, once a day, goes by it."))
    page = render_template(
        "desk/keeping.html", form=form, spans=keeping.SPANS, hints=keeping.hints(), network=network,
        usual={span.key: keeping.usual(span.key, installation()) for span in keeping.SPANS},
    )  # fmt: skip
    return page, status_of(form)
