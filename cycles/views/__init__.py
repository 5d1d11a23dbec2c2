"""Pages of the cycles domain."""

from cycles.views import board, drivers, ends, ideas, log, new, ramps, stages
from cycles.views.root import blueprint

__all__ = ["blueprint", "board", "drivers", "ends", "ideas", "log", "new", "ramps", "stages"]
