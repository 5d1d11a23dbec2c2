"""The pages of initiatives and practices: importing this module gives them all to the blueprint."""

from variation import (
    initiative_import_views,
    initiative_place_views,
    initiative_views,
    line_report_views,
    overlap_views,
    practice_place_views,
    practice_views,
    rating_views,
)
from variation.alignment_base_views import blueprint

__all__ = [
    "blueprint",
    "initiative_import_views",
    "initiative_place_views",
    "initiative_views",
    "line_report_views",
    "overlap_views",
    "practice_place_views",
    "practice_views",
    "rating_views",
]
