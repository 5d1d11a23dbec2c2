"""Pages of the accounts domain, gathered: importing a module hangs its pages on the blueprint."""

from accounts.views import (
    account,
    admin,
    archives,
    endings,
    entrance,
    invitations,
    languages,
    mail_off,
    notices,
    organisation,
    own_data,
    passkeys,
    programs,
    providers,
    second,
    tokens,
)
from accounts.views.base import blueprint

PAGES = (
    account, admin, archives, endings, entrance, invitations, mail_off, languages, notices, organisation,
    own_data, passkeys, programs, providers, second, tokens,
)  # fmt: skip

__all__ = ["PAGES", "blueprint"]
