"""Writing questions between teams: asking, answering, declining, and taking each of them back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from nic_platform import notices
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from variation import asking_queries
from variation.asking_queries import Whom
from variation.models import Asking


@dataclass(frozen=True)
class About:
    """What a question is about: an idea or a measure, and what the asker saw, in words."""

    words: str = ""
    idea_id: int | None = None
    measure_id: int | None = None


def ask(
    session: Session, whom: Whom, about: About, words: str, *, by: Actor, at: datetime, asker: str
) -> Asking:
    """Send a question from the actor's team to another, whose leads are told.

    Args:
        asker: the name of the team that asks; the other always learns it.

    Raises:
        InputError: there is no question.
    """
    if not words.strip():
        message = _("Write your question.")
        raise InputError(message, {"words": message})
    asking = Asking(
        network_id=by.network_id, from_id=by.team_id, to_id=whom.team_id, idea_id=about.idea_id,
        measure_id=about.measure_id, about=about.words[:300], words=words.strip(), is_unnamed=whom.is_unnamed,
    )  # fmt: skip
    session.add(asking)
    session.flush()
    _tell(session, asking, whom.team_id, "asked", _("%(team)s asks how you do it", team=asker), words, at)
    return asking


def answer(
    session: Session, asking: Asking, words: str, *, by_name: bool, is_shared: bool, by: Actor, at: datetime
) -> None:
    """Answer a question; the team that asked is told.

    Raises:
        InputError: there is no answer.
    """
    if not words.strip():
        message = _("Write your answer.")
        raise InputError(message, {"answer": message})
    asking.answer, asking.answered_at, asking.answered_by_id = words.strip(), at, by.user_id
    asking.answers_by_name, asking.is_shared, asking.declined_at = by_name, is_shared, None
    session.flush()
    _tell(
        session, asking, asking.from_id, "answered", _("Your question to another team is answered"), words, at
    )


def decline(session: Session, asking: Asking, *, by: Actor, at: datetime) -> None:
    """Say no to a question, without a reason; the team that asked is told.

    Raises:
        RuleError: it is answered already.
    """
    if asking.answered_at is not None:
        raise RuleError(_("This question is answered. Take the answer back first."))
    asking.declined_at = at
    session.flush()
    _tell(session, asking, asking.from_id, "declined", _("A team can’t answer your question now"), "", at)


def take_back(session: Session, asking: Asking, *, by: Actor, at: datetime) -> None:
    """Take an answer or a refusal back: the question waits again, and nobody reads the answer any more."""
    asking.answered_at = asking.declined_at = asking.answered_by_id = None
    asking.is_shared = False
    session.flush()


def withdraw(session: Session, asking: Asking, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Take a question back, or (not *wanted*) bring it back."""
    asking.deleted_at = at if wanted else None
    session.flush()


def _tell(
    session: Session, asking: Asking, team_id: int, kind: str, subject: str, body: str, at: datetime
) -> None:
    notices.notify(
        session, asking_queries.leads_of(session, team_id), kind=f"asking.{kind}", subject=subject, body=body,
        path=f"/questions/{asking.public_id}", network_id=asking.network_id, at=at,
    )  # fmt: skip
