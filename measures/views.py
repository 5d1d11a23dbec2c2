"""Pages of the measures domain, gathered: importing a module hangs its pages on the blueprint."""

from measures import measure_views, tool_views
from measures.base_views import blueprint

PAGES = (measure_views, tool_views)

__all__ = ["PAGES", "blueprint"]
