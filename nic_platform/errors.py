"""What can go wrong in the domains. Each text may be read by the visitor; pages are in ``app.py``."""

from collections.abc import Mapping
from types import MappingProxyType


class PlatformError(Exception):
    """Parent of every error that the platform raises. ``details`` goes with it in the API's answer."""

    status = 500
    details: Mapping[str, object] = MappingProxyType({})


class RuleError(PlatformError):
    """The request makes sense, but a rule of the domain forbids it."""

    status = 409


class ConflictError(RuleError):
    """Somebody else saved the same thing meanwhile; nothing was overwritten."""

    status = 409


class DeniedError(PlatformError):
    """The actor may see this thing but not do this to it."""

    status = 403


class AbsentError(PlatformError):
    """There is no such thing, or the actor may not know that there is."""

    status = 404


class InputError(PlatformError):
    """What was sent can't be used; ``fields`` says, field by field, what to mend."""

    status = 422

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, str] = dict(fields or {})

    def renamed(self, **names: str) -> "InputError":
        """Return the same complaint with other names of fields, where a caller knows them by others."""
        told = {names.get(name, name): words for name, words in self.fields.items()}
        return InputError(str(self), told)
