"""Pages of the desk, gathered: importing a module hangs its pages on the blueprint."""

from desk import attachment_views, find_views, help_views, notice_views, week_views
from desk.base_views import blueprint

PAGES = (attachment_views, week_views, find_views, notice_views, help_views)

__all__ = ["PAGES", "blueprint"]
