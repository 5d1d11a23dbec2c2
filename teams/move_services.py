"""What later domains do when a place moves. They register it; this domain knows none of them."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from teams.models import Site

Moved = Callable[[Session, Site, int | None], None]
_MOVED: list[Moved] = []


def when_site_moved(react: Moved) -> Moved:
    """Have *react* called with the session, the site and the number of the site it lay in, in the same
    transaction, after the tree has changed.
    """
    if react not in _MOVED:
        _MOVED.append(react)
    return react


def tell_site_moved(session: Session, site: Site, was: int | None) -> None:
    """Tell everybody who asked that a site lies in another one now."""
    for react in _MOVED:
        react(session, site, was)
