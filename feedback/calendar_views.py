"""Moving promises out of the breaks of a calendar that changed after they were given."""

from flask import url_for
from flask.typing import ResponseReturnValue

from feedback import calendar_services, policies
from feedback.base_views import blueprint, visitor
from nic_platform import access, clock
from nic_platform.database import transaction
from nic_platform.pages import today, went
from nic_platform.text import ngettext


@blueprint.post("/feedback/calendar/move")
@access.signed_in
def move_promises() -> ResponseReturnValue:
    """Move every open promise that falls into a break past it; the page of the act takes it back."""
    actor, at = visitor(), clock.now()
    access.require(policies.can_move_promises(actor))
    with transaction(actor, at) as current:
        batch, many, left = calendar_services.move(
            current, actor.network_id or 0, by=actor, at=at, today=today(actor)
        )
        batch_id = batch.public_id
    words = ngettext(
        "%(count)s promise moved past its break.", "%(count)s promises moved past a break.", many
    )
    more = ngettext("%(count)s is left: move again.", "%(count)s are left: move again.", left) if left else ""
    return went(url_for(".show_batch", batch_id=batch_id), f"{words} {more}".strip())
