"""Pages of the teams domain, gathered: importing a module hangs its pages on the blueprint."""

from teams import (
    area_views,
    calendar_views,
    exchange_views,
    first_step_views,
    import_views,
    lead_views,
    line_views,
    link_views,
    network_views,
    question_views,
    role_views,
    site_views,
    team_import_views,
    team_views,
    word_views,
)
from teams.base_views import blueprint

PAGES = (
    network_views,
    area_views,
    question_views,
    calendar_views,
    word_views,
    role_views,
    team_views,
    first_step_views,
    lead_views,
    line_views,
    link_views,
    exchange_views,
    site_views,
    import_views,
    team_import_views,
)

__all__ = ["PAGES", "blueprint"]
