"""Pages of the desk, gathered: importing a module hangs its pages on the blueprint."""

from desk import (
    api_guide_views,
    attachment_views,
    charter_views,
    decision_views,
    feed_views,
    find_views,
    handover_views,
    help_views,
    import_views,
    job_views,
    keeping_views,
    look_views,
    meeting_views,
    notice_views,
    package_views,
    principle_sheet_views,
    report_views,
    taking_views,
    week_views,
)
from desk.base_views import blueprint

PAGES = (
    api_guide_views,
    attachment_views,
    charter_views,
    package_views,
    decision_views,
    feed_views,
    week_views,
    find_views,
    handover_views,
    meeting_views,
    notice_views,
    help_views,
    import_views,
    job_views,
    keeping_views,
    look_views,
    principle_sheet_views,
    report_views,
    taking_views,
)

__all__ = ["PAGES", "blueprint"]
