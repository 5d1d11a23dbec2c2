"""The map of a network: a tile for each place, as large as it has teams. Pure; a plain Plotly figure.

Colours are names of the palette. A tile says in words how many of its teams are weak; hatching marks those
where it is a third or more, so that nothing hangs on colour.
"""

from collections.abc import Sequence
from typing import Any

from nic_platform.text import _, ngettext
from teams.outline import Outline, Tally, teams_words

MOST_TILES = 1500
"""More tiles than that can neither be told apart nor drawn on a phone."""


def drawn(tree: Outline, area: int | None) -> list[int]:
    """Return the areas that get a tile: the parts of *area*, and theirs where all of them find room."""
    parts = list(tree.parts.get(area, ()))
    inner = [deep for part in parts for deep in tree.parts.get(part, ())]
    return parts + inner if len(parts) + len(inner) <= MOST_TILES else parts[:MOST_TILES]


def treemap(tree: Outline, area: int | None, name: str) -> dict[str, Any]:
    """Return the map of what lies in *area*, which is called *name*."""
    tiles = drawn(tree, area)
    whole = tree.whole.get(area, Tally())
    ids = ["all", *(str(tile) for tile in tiles)]
    tallies = [whole, *(tree.whole[tile] for tile in tiles)]
    inside = [str(around) if (around := tree.areas[tile].parent_id) in tiles else "all" for tile in tiles]
    data = {
        "type": "treemap",
        "branchvalues": "total",
        "ids": ids,
        "labels": [name, *(short_name(tree.areas[tile].name) for tile in tiles)],
        "parents": ["", *inside],
        "values": [tally.teams for tally in tallies],
        "text": [_weak(tally) for tally in tallies],
        "customdata": [teams_words(tally) for tally in tallies],
        "textinfo": "label+text",
        "hovertemplate": "%{label}: %{customdata}<extra></extra>",
        "sort": False,
        "pathbar": {"visible": True, "textfont": {"color": "--ink"}},
        "tiling": {"pad": 2},
        "textfont": {"color": "--ink"},
        "marker": {
            "colors": ["--paper", *(_colour(tally) for tally in tallies[1:])],
            "pattern": {
                "shape": ["", *("/" if is_mostly_weak(tally) else "" for tally in tallies[1:])],
                "fillmode": "overlay", "fgcolor": "--ci", "fgopacity": 0.7, "solidity": 0.12, "size": 9,
            },
            "line": {"color": "--edge", "width": 1},
            "pad": {"t": 24, "l": 3, "r": 3, "b": 3},
        },
    }  # fmt: skip
    return {
        "data": [data],
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "height": 560,
            "uniformtext": {"minsize": 11, "mode": "hide"},
        },
    }


def short_name(name: str) -> str:
    """Return a district's name without the words that all of them end in."""
    return name.removesuffix(" School District")


def is_mostly_weak(tally: Tally) -> bool:
    """Say whether a third or more of a place's teams are weak."""
    return tally.weak * 3 >= tally.teams > 0


def _colour(tally: Tally) -> str:
    return "--down-wash" if tally.weak else "--wash"


def _weak(tally: Tally) -> str:
    teams = ngettext("one team", "%(number)s teams", tally.teams, number=f"{tally.teams:,}")
    if not tally.weak:
        return teams
    return _("%(teams)s, %(weak)s weak", teams=teams, weak=f"{tally.weak:,}")


def map_sentence(tree: Outline, area: int | None) -> str:
    """Say what the map shows: how many places, and in how many of them a third of the teams are weak."""
    parts: Sequence[int] = tree.parts.get(area, ())
    places = ngettext("one place", "%(number)s places", len(parts), number=f"{len(parts):,}")
    weak = sum(1 for part in parts if tree.whole[part].weak)
    mostly = sum(1 for part in parts if is_mostly_weak(tree.whole[part]))
    if not weak:
        return _("%(places)s, and every team in them can be heard.", places=places.capitalize())
    first = ngettext(
        "%(places)s; one has teams with a weak link.",
        "%(places)s; %(number)s have teams with a weak link.",
        weak,
        places=places.capitalize(),
        number=f"{weak:,}",
    )
    if not mostly:
        return first + " " + _("Nowhere is it a third of them.")
    return (
        first
        + " "
        + ngettext(
            "In one it is a third of them or more.",
            "In %(number)s it is a third of them or more.",
            mostly,
            number=f"{mostly:,}",
        )
    )
