"""What a cycle's worksheet on paper holds: what is written already, and the choices to tick by hand."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cycles import data_queries, rules, told_queries
from cycles.choice_queries import MilestoneChoice
from cycles.data_points import point_words
from cycles.lines import line_of, words_of
from cycles.models import Cycle
from cycles.predictions import Verdict
from cycles.queries import live
from nic_platform.actor import Actor
from nic_platform.text import _


def worksheet_of(
    session: Session, actor: Actor, cycle: Cycle, served: Sequence[MilestoneChoice], today: date
) -> dict[str, Any]:
    """Return the values of a cycle's sheet, as far as the reader may see them; three statements."""
    data = data_queries.read(session, actor, cycle, served, today)
    told = told_queries.list_told(session, actor, cycle)
    measure = data.measure
    return {
        "cycle": cycle,
        "predictions": [line_of(at, each, data) for at, each in enumerate(live(cycle))],
        "words": words_of(cycle),
        "tasks": told.tasks,
        "points": [(each, point_words(each, measure.sort)) for each in data.seen if each.is_own]
        if measure is not None
        else [],
        "verdicts": {each.value: each.words for each in Verdict},
        "carried": [(each.value, each.words) for each in rules.CarriedOut],
        "decisions": [(each.value, _decision(each)) for each in rules.Decision],
    }


def _decision(each: rules.Decision) -> str:
    return _("Test again under other conditions") if each is rules.Decision.TEST_AGAIN else each.words
