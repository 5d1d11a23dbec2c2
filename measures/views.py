"""Pages of the measures domain, gathered: importing a module hangs its pages on the blueprint."""

from measures import (
    bring_in_views,
    chart_views,
    day_entry_views,
    grid_views,
    mark_views,
    measure_views,
    save_views,
    show_views,
    state_views,
    tool_views,
)
from measures.base_views import blueprint

PAGES = (
    bring_in_views,
    chart_views,
    day_entry_views,
    grid_views,
    mark_views,
    measure_views,
    save_views,
    show_views,
    state_views,
    tool_views,
)

__all__ = ["PAGES", "blueprint"]
