"""Build the application. Only this module, cli.py and the demo know every domain."""

import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any, cast

from flask import Flask, abort, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy import bindparam, func, select
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts.api
import accounts.archive_api
import accounts.data_api
import accounts.ending_api
import accounts.identity_api
import accounts.invitation_api
import accounts.jobs
import accounts.limits
import accounts.loading
import accounts.models
import accounts.notice_api
import accounts.program_api
import accounts.provider_api
import accounts.second_api
import accounts.views
import cycles.api
import cycles.idea_api
import cycles.inquiry_api
import cycles.jobs
import cycles.models
import cycles.parts_api
import cycles.theory_api
import cycles.views
import desk.api
import desk.attachment_api
import desk.ending_jobs
import desk.handover_api
import desk.import_api
import desk.job_api
import desk.jobs
import desk.look_api
import desk.meeting_api
import desk.models
import desk.own_look_api
import desk.taking_jobs
import desk.taking_views
import desk.views
import feedback.answer_api
import feedback.api
import feedback.celebration_api
import feedback.jobs
import feedback.loop_api
import feedback.models
import feedback.notice_api
import feedback.queue_api
import feedback.talk_api
import feedback.theme_api
import feedback.views
import interchange.archive_jobs
import interchange.jobs
import interchange.models
import interchange.views
import interchange.webhook_api
import measures.analyses_api
import measures.api
import measures.chart_api
import measures.count_file_api
import measures.jobs
import measures.many_api
import measures.models
import measures.state_api
import measures.views
import milestones.adopting_api
import milestones.api
import milestones.coach_api
import milestones.correcting_api
import milestones.counting_api
import milestones.course_api
import milestones.exchange_api
import milestones.exchange_jobs
import milestones.jobs
import milestones.models
import milestones.pacing_api
import milestones.views
import rosters.api
import rosters.jobs
import rosters.models
import rosters.scim_views
import rosters.views
import teams.api
import teams.calendar_api
import teams.graph_jobs
import teams.jobs
import teams.link_api
import teams.models
import teams.network_api
import teams.people_api
import teams.queries
import teams.returning_api
import teams.site_file_api
import teams.team_file_api
import teams.views
import variation.alignment_api
import variation.alignment_views
import variation.alike_views
import variation.api
import variation.asking_views
import variation.idea_api
import variation.idea_views
import variation.initiative_import_api
import variation.jobs
import variation.library_api
import variation.library_views
import variation.models
import variation.place_api
import variation.place_views
import variation.practice_api
import variation.principle_api
import variation.principle_views
import variation.views
from nic_platform import (
    assets,
    audit,
    error_pages,
    faults,
    filters,
    jobs,
    looking,
    masking,
    metrics,
    observing,
    probes,
    secrets_box,
    security,
    serving,
    speech,
    tables,
    traces,
    wording,
    words,
)
from nic_platform.api import init_api
from nic_platform.config import settings_from
from nic_platform.database import db, session
from nic_platform.frame import Frame, FrameTeam
from nic_platform.paths import resource
from nic_platform.remembered import of_request
from nic_platform.routing import Platform
from nic_platform.tables import Installation, Notice

PAGES: tuple[ModuleType, ...] = (
    accounts.views, teams.views, measures.views, milestones.views, cycles.views, feedback.views,
    variation.views, variation.place_views, variation.library_views, variation.principle_views,
    variation.alignment_views, desk.views, rosters.views, rosters.scim_views,
    interchange.views, assets, probes,
)  # fmt: skip
APIS: tuple[ModuleType, ...] = (
    accounts.api, accounts.notice_api, accounts.program_api, accounts.provider_api,
    accounts.identity_api, accounts.second_api, accounts.invitation_api, accounts.data_api,
    accounts.archive_api, accounts.ending_api,
    measures.analyses_api, milestones.correcting_api,
    teams.returning_api, cycles.idea_api,
    teams.api, teams.link_api, teams.network_api, teams.calendar_api,
    teams.site_file_api, teams.team_file_api,
    measures.api, measures.chart_api, milestones.api, milestones.coach_api, milestones.course_api,
    milestones.counting_api, measures.many_api, measures.state_api,
    milestones.exchange_api, milestones.adopting_api, milestones.pacing_api, measures.count_file_api,
    cycles.api, cycles.parts_api, cycles.inquiry_api, cycles.theory_api,
    feedback.api, feedback.talk_api, feedback.queue_api, feedback.theme_api, feedback.loop_api,
    feedback.answer_api, feedback.notice_api, feedback.celebration_api, variation.api,
    variation.library_api, variation.idea_api, variation.place_api, variation.principle_api,
    variation.alignment_api, variation.initiative_import_api, variation.practice_api,
    desk.api, desk.attachment_api, desk.handover_api, desk.meeting_api, desk.job_api, desk.import_api,
    desk.look_api, desk.own_look_api,
    rosters.api, teams.people_api,
    interchange.webhook_api,
)  # fmt: skip
TABLES: tuple[ModuleType, ...] = (
    accounts.models, teams.models, measures.models, milestones.models, cycles.models, feedback.models,
    variation.models, desk.models, rosters.models, interchange.models, tables,
)  # fmt: skip
JOBS: tuple[ModuleType, ...] = (
    accounts.jobs, teams.jobs, measures.jobs, milestones.jobs, milestones.exchange_jobs, cycles.jobs,
    feedback.jobs, desk.jobs, desk.ending_jobs, desk.taking_jobs, rosters.jobs, interchange.jobs,
    interchange.archive_jobs, variation.jobs,
)  # fmt: skip
SLOW_IMPORTS = ("networkx", "scipy.special")
"""Read when first needed; a served platform reads them before anybody comes, so that no visitor waits."""

csrf = CSRFProtect()


def create_app(settings: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Flask:
    """Return an application configured from the environment, with *settings* on top.

    Raises:
        SettingError: a value from the environment can't be used.
    """
    app = Platform("nic_platform", template_folder=str(resource("templates")))
    app.config.update(settings_from(os.environ if environ is None else environ))
    app.config.update(settings or {})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if app.config["PROXIES"]:
        hops = int(app.config["PROXIES"])
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    audit.use_key(str(app.config["SECRET_KEY"]))
    secrets_box.use_key(str(app.config["SECRET_KEY"]))
    observing.init(app)
    traces.init(app)
    db.init_app(app)
    Migrate(
        app,
        db,
        directory=str(resource("migrations")),
        render_as_batch=True,
        compare_type=True,
        include_name=_is_ours,
    )
    csrf.init_app(app)
    Compress(app)
    speech.init(app)
    _sign_in(app)
    security.init(app)
    masking.init(app.logger.name)
    serving.init(app)
    looking.init(app)
    teams.graph_jobs.watch(app)
    app.extensions["nic.slow_imports"] = SLOW_IMPORTS
    filters.init(app)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    csrf.exempt(accounts.views.mail_off.turn_mail_off)  # its address is signed; mail programs send no token
    csrf.exempt(rosters.scim_views.blueprint)  # its requests stand on their bearer token alone
    init_api(app, csrf, tuple(module.blueprint for module in APIS))
    accounts.limits.init(app)
    desk.taking_views.watch(app)  # after all that may refuse a page: it answers in the page's place
    error_pages.init(app)
    _dress(app)
    jobs.init(app)
    with app.app_context():
        metrics.watch_pool(db.engine.pool)
    return app


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the queue's own tables alone when models and database are compared."""
    return not (kind == "table" and name is not None and name.startswith("huey_"))


def _sign_in(app: Flask) -> None:
    login = LoginManager(app)
    accounts.loading.register(app, login)

    @login.unauthorized_handler
    def ask() -> ResponseReturnValue:
        if request.path.startswith("/api/v1/"):
            abort(401)
        if page := error_pages.signed_out_while_writing():
            return page
        wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
        if "half" in g:
            return redirect(url_for("accounts.second"), 303)
        return redirect(url_for("accounts.sign_in", next=wanted or None), 303)

    def standing() -> teams.queries.Standing:
        if "standing" not in g:
            # Only a page shows how many notices wait.
            shows = request.method == "GET" and not request.path.startswith("/api/v1/")
            g.standing = teams.queries.standing_of(
                session(), current_user, g.get("chosen_team_id"), counts_unread=shows
            )
        return cast(teams.queries.Standing, g.standing)

    app.extensions["nic.standing"] = standing
    app.extensions["nic.load_actor"] = lambda: standing().actor


def _own_words() -> Mapping[str, wording.Pair] | None:
    """Return the words of the visitor's network, once it is known; the API keeps ours."""
    if not has_request_context():
        return None
    here = of_request()
    known: Mapping[str, wording.Pair] | None = here.get("own_words")
    if known is None and "standing" in here:
        network = cast(teams.queries.Standing, here["standing"]).network
        is_page = not request.path.startswith("/api/v1/")
        known = here["own_words"] = wording.own_pairs(network.words) if network and is_page else {}
    return known


def _dress(app: Flask) -> None:
    words.ask_for_words(_own_words)
    app.jinja_env.globals["label"] = words.label
    app.jinja_env.globals["heading"] = words.heading
    app.jinja_env.filters["capitalize"] = lambda word: wording.first_up(str(word))

    @app.context_processor
    def give_frame() -> dict[str, Any]:
        if g.get(faults.WITHOUT_DATABASE):
            return {"frame": Frame(signed_in=False)}
        known = current_user and current_user.is_authenticated
        standing = app.extensions["nic.standing"]() if known else None
        return {"frame": _frame(standing)}


_DEMO = select(Installation.is_demo).limit(1)


def _is_demo() -> bool:
    return bool(session().scalar(_DEMO))


_UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.user_id == bindparam("person"), Notice.read_at.is_(None), Notice.on_page.is_(True))
)


def _unread(user_id: int) -> int:
    """Return how many notices wait to be read; one statement."""
    found = session().scalar(_UNREAD, {"person": user_id})
    return int(found or 0)


def _frame(standing: teams.queries.Standing | None) -> Frame:
    if standing is None:
        return Frame(signed_in=False, is_demo=_is_demo())
    actor, network = standing.actor, standing.network
    places = [FrameTeam(place.team_public_id, place.team_name, place.level) for place in standing.places]
    chosen = next((place for place in places if place.id == actor.team_public_id), None)
    return Frame(
        signed_in=True,
        person_name=actor.name,
        initials="".join(part[0] for part in actor.name.split()[:2]).upper(),
        team=chosen,
        teams=tuple(places),
        network_name=network.name if network else "",
        help_name=network.help_name if network else "",
        help_phone=network.help_phone if network else "",
        network_ends_at=network.ends_at if network else None,
        runs_network=actor.is_network_lead,
        waiting=_unread(actor.user_id) if standing.unread is None else standing.unread,
        is_admin=actor.is_admin,
        is_demo=bool(network and network.is_demo),
    )
