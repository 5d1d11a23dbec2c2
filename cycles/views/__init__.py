"""Pages of the cycles domain."""

from cycles.views import (
    board,
    drafts,
    drivers,
    ends,
    hand,
    ideas,
    inquiry,
    log,
    new,
    quick,
    ramps,
    stages,
    taking,
    tasks,
    theory,
)
from cycles.views.root import blueprint

__all__ = [
    "blueprint",
    "board",
    "drafts",
    "drivers",
    "ends",
    "hand",
    "ideas",
    "inquiry",
    "log",
    "new",
    "quick",
    "ramps",
    "stages",
    "taking",
    "tasks",
    "theory",
]
