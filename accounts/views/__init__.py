"""Pages of the accounts domain, gathered: importing a module hangs its pages on the blueprint."""

from accounts.views import (
    account,
    admin,
    entrance,
    invitations,
    languages,
    notices,
    organisation,
    programs,
    providers,
    tokens,
)
from accounts.views.base import blueprint

PAGES = (account, admin, entrance, invitations, languages, notices, organisation, programs, providers, tokens)

__all__ = ["PAGES", "blueprint"]
