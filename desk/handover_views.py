"""Handing over what hangs on somebody in a team: one page, one form, one undo."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.models import User
from desk import handover, handover_forms, handover_queries, handover_services
from desk.base_views import blueprint, page_of
from nic_platform import access, clock
from nic_platform.actor import EDITORS, Actor, TeamRole
from nic_platform.database import session, transaction
from nic_platform.errors import RuleError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams import policies, team_queries
from teams.models import Membership, Team


def _team_of(actor: Actor, team_id: UUID) -> Team:
    return team_queries.get_team(session(), actor, team_id)


def _only(team: Team) -> str:
    return _("Only a lead of %(team)s, or the person, can hand this over.", team=team.name)


@blueprint.route("/teams/<uuid:team_id>/people/<uuid:person_id>/hand-over", methods=["GET", "POST"])
@access.signed_in
def hand_over(team_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Show what hangs on a person in a team, and hand it over to others of it."""
    actor = access.actor()
    team = _team_of(actor, team_id)
    user, place = handover_queries.person_of(session(), team.id, person_id)
    access.require(policies.can_hand_over(actor, team.id, user.id), _only(team))
    page = _Page(actor, team, user, place)
    form = page.form
    made: list[ImportRun] = []

    def work(current: Session) -> None:
        made.append(
            handover_services.hand_over(
                current,
                team,
                user,
                form.wanted([pile.kind for pile in page.piles]),
                on=today(actor),
                by=actor,
                at=clock.now(),
            )
        )

    if form.validate_on_submit() and page.is_as_seen():
        try:
            if try_to(form, actor, work):
                return went(*page.done(made[0]))
        except RuleError as error:
            form.form_errors.append(str(error))
    return render_template("desk/hand_over.html", **page.values()), status_of(form)


class _Page:
    """What the page of one hand-over shows."""

    def __init__(self, actor: Actor, team: Team, user: User, place: Membership | None) -> None:
        self.actor, self.team, self.user, self.place = actor, team, user, place
        people = team_queries.people_of(session(), team.id)
        works = [one for one in people if one.role in EDITORS and one.is_active and one.user_id != user.id]
        self.others = [(one.id, one.name) for one in works]
        leads = place is not None and place.role is TeamRole.LEAD
        self.is_last_lead = leads and not any(one.role is TeamRole.LEAD for one in works)
        self.things = handover_queries.things_of(session(), team.id, user, today(actor))
        self.piles = handover.piles(self.things)
        self.feeds = len(handover_queries.feeds_of(session(), team.id, user.id))
        self.form = handover_forms.handover_form(
            self.piles, self.others, feeds=self.feeds > 0, leads=leads, is_here=place is not None
        )

    def is_as_seen(self) -> bool:
        """Say whether the page showed what hangs on the person now; else refuse and show what does."""
        now = handover.seen(self.things)
        if self.form.seen.data in {None, "", now}:
            return True
        self.form.form_errors.append(
            _("What hangs on %(name)s changed since this page was opened. Look again, then send.",
              name=self.user.name)
        )  # fmt: skip
        return False

    def values(self) -> dict[str, object]:
        """Return what the template needs."""
        things = sum(len(pile.things) for pile in self.piles)
        perhaps = sum(len(pile.perhaps) for pile in self.piles)
        self.form.seen.data = handover.seen(self.things)
        return {
            "team": self.team, "person": self.user, "form": self.form, "piles": self.piles,
            "others": self.others, "feeds": self.feeds, "page_of": page_of,
            "is_me": self.user.id == self.actor.user_id,
            "drafts": handover_queries.drafts_of(session(), self.team.id, self.user.id),
            "doubt": handover.doubt_words,
            "lede": handover.lede(
                self.user.name, self.team.name, things, perhaps, is_last_lead=self.is_last_lead
            ),
        }  # fmt: skip

    def done(self, run: ImportRun) -> tuple[str, str]:
        """Return where to go on, and what to say of it."""
        names = dict(self.others)
        wanted = self.form.wanted([pile.kind for pile in self.piles])
        who = dict.fromkeys(names[person] for person in wanted.to.values())
        handed = sum(line["kind"] in handover_queries.HOLDINGS for line in (run.undo or {})["done"])
        words = handover.done_words(handed, list(who))
        if wanted.take_out and self.user.id == self.actor.user_id:
            return url_for("accounts.account"), words
        return url_for("teams.team_people", team_id=self.team.public_id, handed=run.public_id), words


@blueprint.post("/teams/<uuid:team_id>/hand-overs/<uuid:handover_id>/undo")
@access.signed_in
def undo_hand_over(team_id: UUID, handover_id: UUID) -> ResponseReturnValue:
    """Take a hand-over back as one piece; what somebody changed since stays."""
    actor = access.actor()
    team = _team_of(actor, team_id)
    access.require(policies.can_edit_team(actor, team.id), _only(team))
    run = handover_queries.get_handover(session(), actor, team.id, handover_id)
    with transaction(actor) as current:
        back, stayed = handover_services.undo(current, run, by=actor, at=clock.now())
    return went(url_for("teams.team_people", team_id=team_id), handover.undone_words(back, stayed))
