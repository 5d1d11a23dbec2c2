"""What moved after an answer, as pages show it: finished sentences, pictures and one table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from feedback import moved, moved_svg
from feedback.moved_queries import SiteMove

_DRAWN = 12  # pictures on one page; the table has every site


def moves_shown(found: Sequence[SiteMove], day: date) -> dict[str, Any]:
    """Return what moved as a page shows it: sentences, pictures of what can be told, a table of all.

    One site alone is drawn also where it has too few counts to tell.
    """
    drawn = [each for each in found if len(found) == 1 or each.move.verdict is not moved.Verdict.FEW][:_DRAWN]
    together = moved.together([each.move for each in found])
    return {
        "sites": [_shown(each, day, is_drawn=each in drawn) for each in found],
        "words": moved.together_words(together),
        "caution": moved.caution(),
    }


def _shown(each: SiteMove, day: date, *, is_drawn: bool) -> dict[str, Any]:
    move, name = each.move, each.blocked.milestone
    return {
        "blocked": each.blocked,
        "move": move,
        "title": moved.title(move, name, day),
        "reading": moved.reading(move),
        "change": moved.whole_change(move),
        "verdict": moved.verdict_words(move.verdict),
        "wide": moved_svg.picture(move, name, day) if is_drawn else "",
        "narrow": moved_svg.picture(move, name, day, narrow=True) if is_drawn else "",
    }
