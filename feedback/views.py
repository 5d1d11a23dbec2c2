"""Pages of the feedback domain, gathered: importing a module hangs its pages on the blueprint."""

from feedback import (
    act_views,
    answer_views,
    batch_views,
    calendar_views,
    celebration_views,
    item_views,
    list_views,
    loop_views,
    notice_views,
    page_views,
    queue_views,
    talk_views,
    template_views,
    theme_views,
)
from feedback.base_views import blueprint

PAGES = (
    list_views, item_views, page_views, act_views, queue_views, notice_views, theme_views, batch_views,
    template_views, loop_views, talk_views, answer_views, celebration_views,
    calendar_views,
)  # fmt: skip

__all__ = ["PAGES", "blueprint"]
