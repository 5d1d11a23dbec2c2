"""Pages of interchange, gathered: importing a module hangs its pages on the blueprint."""

from interchange import webhook_views
from interchange.base_views import blueprint

PAGES = (webhook_views,)

__all__ = ["PAGES", "blueprint"]
