"""What moved after an answer, as pages show it: finished sentences, pictures and one table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from feedback import moved, moved_svg
from feedback.moved_queries import SiteMove

_DRAWN = 12  # pictures on one page; the table has every site


def moves_shown(found: Sequence[SiteMove], day: date) -> dict[str, Any]:
    """Return what moved as a page shows it: sentences, pictures of the first, a table of all."""
    sites = [
        {
            "blocked": each.blocked,
            "move": each.move,
            "title": moved.title(each.move, each.blocked.milestone, day),
            "reading": moved.reading(each.move),
            "change": moved.whole_change(each.move),
            "verdict": moved.verdict_words(each.move.verdict),
            "wide": moved_svg.picture(each.move, each.blocked.milestone, day) if place < _DRAWN else "",
            "narrow": moved_svg.picture(each.move, each.blocked.milestone, day, narrow=True)
            if place < _DRAWN
            else "",
        }
        for place, each in enumerate(found)
    ]
    together = moved.together([each.move for each in found])
    return {"sites": sites, "words": moved.together_words(together), "caution": moved.caution()}
