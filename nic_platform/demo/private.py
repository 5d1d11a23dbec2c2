"""Words of the demo's initiatives, practices and questions that only some may read, each with a mark.

A mark is a text that stands nowhere else; checks from outside look for it as every role (``canaries`` of the
manifest). The rule of who reads what is said here a second time, and not asked of the platform.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select

from cycles.models import ChangeIdea
from nic_platform.actor import DRAFT_READERS
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import PEER, PEOPLE
from nic_platform.demo.readers import in_network, readers, site_readers
from variation.models import Asking, IdeaStory, PrincipleStep


def keep(b: Builder, kind: str, row: Row, columns: Iterable[str], path: str, roles: Sequence[str]) -> Row:
    """Give a row its public id, and each of some columns a mark that these roles read on the page *path*.

    Args:
        path: its address; ``{id}`` is the row's own public id.
    """
    row.setdefault("public_id", b.uuid())
    for column in columns:
        note = b.note(kind, row["public_id"], path.format(id=row["public_id"]), roles)
        row[column] = f"{row[column]} ({note})".strip()
    return row


def rating_readers(b: Builder, rater: DemoTeam, at: DemoTeam) -> tuple[str, ...]:
    """Return the roles that read a team's rating for the site of another: either's line."""
    return tuple(sorted({*site_readers(b, at), *readers(b, rater)}))


def build(b: Builder) -> None:
    """Add questions between two schools, a story, and a next step of the network, with their marks."""
    own, peer = b.teams[SCHOOL], b.teams[PEER]
    _questions(b, own, peer)
    everybody = in_network()
    story: Row = {
        "idea_id": b.ids["idea stem"], "team_id": peer.id, "kind": "advice",
        "words": "Read two tickets aloud on the next morning.", "address": "", "is_named": False,
    }  # fmt: skip
    idea = b.session.scalar(select(ChangeIdea.public_id).where(ChangeIdea.id == b.ids["idea stem"]))
    path = f"/ideas/{idea}"
    b.add(IdeaStory, [keep(b, "idea_story", story, ["words"], path, everybody)], at=b.days.ago(12),
          by=peer.person)  # fmt: skip
    _steps(b, everybody)


def _steps(b: Builder, everybody: Sequence[str]) -> None:
    done: Row = {
        "principle": "inquiry", "words": "Close the tests of last year, with what they taught.",
        "owner": "Anton Whitaker", "due_on": b.days.day(11, 14), "done_on": b.days.day(11, 12),
        "outcome": "Nine of eleven were closed in one meeting.",
    }  # fmt: skip
    open_: Row = done | {"words": "Read the stalled tests of each hub together.", "outcome": "",
                         "due_on": b.days.day(4, 9), "done_on": None}  # fmt: skip
    for step, columns in ((done, ["words", "outcome"]), (open_, ["words", "owner"])):
        keep(b, "principle_step", step, columns, "/network/principles", everybody)
    b.add(PrincipleStep, [done, open_], at=b.days.now)


def _questions(b: Builder, own: DemoTeam, peer: DemoTeam) -> None:
    names = {own.name, peer.name}
    both = [
        person.role for person in PEOPLE
        if any(name in names and role in DRAFT_READERS for name, role in person.teams)
    ]  # fmt: skip
    nothing: Row = {"idea_id": None, "measure_id": b.ids["ET"], "answer": "", "answered_at": None,
                    "answered_by_id": None, "answers_by_name": True, "declined_at": None,
                    "is_shared": False, "is_unnamed": False}  # fmt: skip
    waits: Row = nothing | {
        "from_id": peer.id, "to_id": own.id, "about": "Exit tickets in lessons",
        "words": "Who reads your tickets in a week with testing?",
    }  # fmt: skip
    told: Row = nothing | {
        "from_id": own.id, "to_id": peer.id, "about": "Exit tickets in lessons",
        "words": "How do specialists find the time?", "answer": "They read five, and swap the rest.",
        "answered_at": b.days.ago(6) + timedelta(hours=2), "answered_by_id": peer.person,
    }  # fmt: skip
    keep(b, "asking", waits, ["about", "words"], "/questions/{id}", both)
    keep(b, "asking", told, ["about", "words", "answer"], "/questions/{id}", both)
    b.add(Asking, [waits], at=b.days.ago(2), by=peer.person)
    b.add(Asking, [told], at=b.days.ago(6), by=own.person)
