"""Pages of rosters: where people come from, each import, and the way to take it back."""

from rosters import run_views, source_views
from rosters.base_views import blueprint

__all__ = ["blueprint", "run_views", "source_views"]
