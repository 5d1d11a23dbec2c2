"""Which side of the limits is the better one, by the measure's direction. Pure."""

from measures.rules import Direction
from variation.place_page import PlacesPage


def tone(page: PlacesPage, zone: int) -> str:
    """Return the colour's name of a place outside the limits: up for the better side, down for the worse."""
    if abs(zone) < 2 or page.measure is None:
        return ""
    return "up" if (zone > 0) is (page.measure.direction is Direction.UP) else "down"
