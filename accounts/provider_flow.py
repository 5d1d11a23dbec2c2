"""What a browser keeps while somebody is at an organisation's sign-in: sealed, short, and used once.

Nothing of it is in the database: an address that is only looked at writes nothing there.
"""

import hmac
import json
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from accounts.oidc import Secrets
from accounts.provider_rules import FLOW_SECONDS, MOST_FLOWS, PROVE_SECONDS
from nic_platform import secrets_box
from nic_platform.secrets_box import SealError

_FLOWS = "flows"
_PENDING = "pending"  # outlives the sign-in that proves an account: see accounts.views.base.enter
_SEALED_FOR = "sign-in under way"
_LONGEST_NEXT = 300


@dataclass(frozen=True)
class Flow:
    """One sign-in under way: at which provider, known by which secrets, and what for.

    ``is_try`` is set where somebody who set the provider up only wants to see what it tells.
    """

    provider: str
    state: str
    nonce: str
    verifier: str
    at: float
    next: str = ""
    is_try: bool = False

    @property
    def secrets(self) -> Secrets:
        """Return what the provider's answer is checked against."""
        return Secrets(self.state, self.nonce, self.verifier)


@dataclass(frozen=True)
class Pending:
    """A person of a provider who has yet to prove that an account here is theirs."""

    provider: str
    subject: str
    email: str
    at: float


def _seal(what: object) -> str:
    return secrets_box.seal(json.dumps(what, separators=(",", ":")), _SEALED_FOR)


def _open(sealed: object) -> Any:
    try:
        return json.loads(secrets_box.open_sealed(str(sealed), _SEALED_FOR)) if sealed else None
    except (SealError, ValueError):
        return None


def begin(
    cookie: MutableMapping[str, Any], provider: str, own: Secrets, *, at: datetime, wanted: str, is_try: bool
) -> None:
    """Keep a sign-in that begins now; of several at once the newest few are kept."""
    where = wanted if len(wanted) <= _LONGEST_NEXT else ""
    flow = Flow(provider, own.state, own.nonce, own.verifier, at.timestamp(), where, is_try)
    flows = [*(_open(cookie.get(_FLOWS)) or []), asdict(flow)][-MOST_FLOWS:]
    cookie[_FLOWS] = _seal(flows)


def take(cookie: MutableMapping[str, Any], state: str, provider: str, *, at: datetime) -> Flow | None:
    """Return the sign-in that a provider answers, and forget it: each is answered once.

    ``None`` if this browser began none of that state at that provider in the last ten minutes.
    """
    flows = [Flow(**each) for each in _open(cookie.get(_FLOWS)) or []]
    asked = state.encode()
    found = next((flow for flow in flows if hmac.compare_digest(flow.state.encode(), asked)), None)
    if found is None:
        return None
    left = [asdict(flow) for flow in flows if flow is not found]
    if left:
        cookie[_FLOWS] = _seal(left)
    else:
        cookie.pop(_FLOWS, None)
    is_young = 0 <= at.timestamp() - found.at + 1 <= FLOW_SECONDS
    return found if is_young and found.provider == provider else None


def keep(cookie: MutableMapping[str, Any], pending: Pending) -> None:
    """Keep somebody who has to prove an account first."""
    cookie[_PENDING] = _seal(asdict(pending))


def pending(cookie: MutableMapping[str, Any], *, at: datetime) -> Pending | None:
    """Return who has to prove an account first, for a quarter of an hour."""
    found = _open(cookie.get(_PENDING))
    if not found or at.timestamp() - found["at"] > PROVE_SECONDS:
        return None
    return Pending(**found)


def let_go(cookie: MutableMapping[str, Any]) -> None:
    """Forget who had to prove an account."""
    cookie.pop(_PENDING, None)
