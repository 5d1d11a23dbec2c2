"""Forms saved as one types: the four stages of a cycle and the quick log, for ``static/js/drafts.js``.

Each answer is an object with a ``state``: *saved* brings the new version, *kept* says that the words stay on
the device for now, *conflict* (409) brings what is saved now beside what was sent. A save needs nothing: what
is half-typed and can't be read yet (a number, a day) stays on the device, and everything else is kept.
"""

import re
from typing import Any
from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from accounts import rules as account_rules
from accounts import sign_in_services
from cycles import choice_queries, policies, queries, services
from cycles.forms import StageForm
from cycles.models import Cycle
from cycles.rules import Stage
from cycles.typed import match_rows, raw_values, renamed, row_ids
from cycles.views import shown
from cycles.views.filled import beside_saved, form_for, prefill
from cycles.views.root import blueprint
from cycles.views.stages import save_stage
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError, DeniedError
from nic_platform.filters import clock_time, moment
from nic_platform.forms import PlatformForm
from nic_platform.forms import shown as in_words
from nic_platform.text import _

BY_BUTTON = re.compile(r"d\d+_.*|p\d+_take")
"""Fields that only a button saves: a measurement is not changed as one types, it is corrected."""


@blueprint.post("/cycles/<uuid:cycle_id>/plan/typed", defaults={"step": Stage.PLAN})
@blueprint.post("/cycles/<uuid:cycle_id>/do/typed", defaults={"step": Stage.DO})
@blueprint.post("/cycles/<uuid:cycle_id>/study/typed", defaults={"step": Stage.STUDY})
@blueprint.post("/cycles/<uuid:cycle_id>/act/typed", defaults={"step": Stage.ACT})
@access.signed_in
def typed(cycle_id: UUID, step: Stage) -> ResponseReturnValue:
    """Keep what stands in the form of one stage by now."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    require_same_person()
    served = choice_queries.list_served(session(), actor, cycle)
    offered = shown.offered(actor, cycle, step)
    form = form_for(cycle, step, served, offered, sent=beside_saved(cycle, step, served))
    problems = leave_out_unreadable(form, prefill(cycle, step, served))
    if form.version.data != cycle.version:
        return _stale(actor, cycle, step, form)
    before = {each.public_id for each in queries.live(cycle)}
    try:
        with transaction(actor, typing=True) as current:
            spend(current, actor)
            save_stage(current, cycle, step, form, offered, actor)
            answer = saved(cycle, problems, _ids(form, cycle, before))
    except ConflictError:
        session().expire_all()
        return _stale(actor, queries.get_cycle(session(), actor, cycle_id), step, form)
    return answer


def _ids(form: StageForm, cycle: Cycle, before: set[UUID]) -> dict[str, str]:
    """Return which prediction each row of the page is by now, so that the next save finds it again."""
    live = queries.live(cycle)
    alive = {str(each.public_id) for each in live}
    fresh = {each.position: str(each.public_id) for each in live if each.public_id not in before}
    rows = match_rows(row_ids(request.form), row_ids(form.data))
    ids = {}
    for (letter, place), (_letter, index) in rows.items():
        if letter == "p":
            known = str(form[f"p{index}_id"].data or "")
            ids[f"p{place}_id"] = known if known in alive else fresh.get(index, "")
    return ids


def _stale(actor: Actor, cycle: Cycle, step: Stage, form: StageForm) -> ResponseReturnValue:
    """Set what was sent beside what is saved now; where both say the same there is nothing to decide."""
    served = choice_queries.list_served(session(), actor, cycle)
    fresh = form_for(cycle, step, served, shown.offered(actor, cycle, step), fresh=True)
    return answer_stale(form, fresh, cycle)


# ---------------------------------------------------------------- what the quick log shares


def require_same_person() -> None:
    """Refuse words that another account typed: somebody else may have signed in on this device meanwhile.

    Raises:
        DeniedError: the page was opened by another person than the one who is signed in now.
    """
    if request.form.get("person", str(current_user.public_id)) != str(current_user.public_id):
        raise DeniedError(_("Somebody else is signed in here now. Nothing was sent in their name."))


def spend(current: Session, actor: Actor) -> None:
    """Count one save of a half-typed form.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    at = clock.now()
    if not sign_in_services.spend(current, account_rules.typing_tries(actor.user_id), at=at):
        raise TooManyRequests(retry_after=min(60, account_rules.seconds_left(at)))


def leave_out_unreadable(form: PlatformForm, saved_now: dict[str, Any]) -> dict[str, str]:
    """Put what is saved in the place of what can't be read yet; return what to mend, by field."""
    form.validate()
    problems = {}
    for field in form:
        if field.errors and field.name not in {"csrf_token", "version"}:
            problems[field.name] = f"{field.label.text}: {field.errors[0]}"
            field.data = saved_now.get(field.name)
    return problems


def saved(cycle: Cycle, problems: dict[str, str], ids: dict[str, str]) -> ResponseReturnValue:
    """Acknowledge a save with the version that the next one goes out from."""
    said = _("Saved %(time)s", time=clock_time(clock.now()))
    if problems:
        said = _("%(saved)s, except: %(what)s", saved=said, what=" ".join(problems.values()))
    waits = [name for name in request.form if name in problems or BY_BUTTON.fullmatch(name)]
    return jsonify(state="saved", version=cycle.version, said=said, waits=waits, ids=ids)


def answer_stale(form: PlatformForm, fresh: PlatformForm, cycle: Cycle) -> ResponseReturnValue:
    """Answer somebody who typed on top of an older version: saved, if both say the same; else both versions.

    Args:
        form: what was sent.
        fresh: the same form as it would be opened now.
    """
    sent, now = row_ids(request.form), row_ids(fresh.data)
    rows = match_rows(sent, now, adopt=True)
    sides = [*_sides(form, fresh), *_locked(form, cycle)]
    ids = {
        f"{letter}{place}_id": now[rows[letter, place]] if (letter, place) in rows else sent[letter, place]
        for letter, place in sent
    }
    if not sides:
        return jsonify(
            state="saved", version=cycle.version, said=_("Saved %(time)s", time=clock_time(cycle.updated_at)),
            waits=[name for name in request.form if BY_BUTTON.fullmatch(name)], ids=ids,
        )  # fmt: skip
    who = queries.name_of(session(), cycle.updated_by_id)
    if cycle.updated_by_id == current_user.id:
        said = _("You saved this in another window")
    else:
        said = _("%(name)s saved this while you were writing", name=who or _("Somebody"))
    said = f"{said} ({moment(cycle.updated_at)})."
    return jsonify(state="conflict", version=cycle.version, said=said, fields=sides, ids=ids), 409


def _sides(form: PlatformForm, fresh: PlatformForm) -> list[dict[str, Any]]:
    """Return the fields of the page that say something else than what is saved now, in the page's order."""
    sent = row_ids(request.form)
    here = match_rows(sent, row_ids(form.data))
    there = match_rows(sent, row_ids(fresh.data), adopt=True)
    names = dict.fromkeys([*(field.name for field in form if not _is_row(field.name)), *request.form])
    sides = []
    for name in names:
        own = form._fields.get(renamed(name, here) or "")
        if own is None or own.type in {"HiddenField", "CSRFTokenField"} or BY_BUTTON.fullmatch(name):
            continue
        other = fresh._fields.get(renamed(name, there) or "")
        theirs = other.data if other is not None else None
        if name != "version" and in_words(own.data) != in_words(theirs):
            sides.append(
                {
                    "name": name, "label": str(own.label.text), "locked": False,
                    "yours": _said(own, own.data), "saved": _said(own, theirs),
                    "value": raw_values(other) if other is not None else [],
                }
            )  # fmt: skip
    return sides


def _is_row(name: str) -> bool:
    return renamed(name, {}) is None


def _said(field: Any, data: Any) -> str:
    """Return a field's value as a reader meets it, choices by their words."""
    if not getattr(field, "choices", None):
        return in_words(data)
    chosen = data if isinstance(data, list) else [data]
    known = {str(each.value): str(each.label) for each in field.choices}
    return ", ".join(known.get(str(each), str(each)) for each in chosen if each)


def _locked(form: PlatformForm, cycle: Cycle) -> list[dict[str, Any]]:
    """Return the words of predictions that came after Do began: to be read, and too late to be put there."""
    if not services.has_begun(cycle):
        return []
    now = {
        str(value) for each in queries.live(cycle) for value in (each.question, each.expected, each.because)
    }
    return [
        {"name": name, "label": _("Prediction %(number)s", number=int(name[1:].split("_")[0]) + 1),
         "yours": value.strip(), "saved": _("Locked since Do began"), "locked": True, "value": []}
        for name, value in request.form.items()
        if name.startswith("p") and name.endswith(("_question", "_expected", "_because"))
        and name not in form and value.strip() and in_words(value) not in now
    ]  # fmt: skip
