"""Private words of initiatives, practices and questions have marks, read by whom the manifest says."""

from typing import Any

import sqlalchemy as sa

from nic_platform.database import Base, db
from tests.drill import IS_DRILL, lighter_database
from tests.nic_platform.demo.conftest import Demo
from variation import models

KINDS = ("initiative", "initiative_place", "initiative_pair", "practice", "practice_site", "stage_entry",
         "support", "rating", "asking", "principle_step", "idea_story")  # fmt: skip
# Names are what lists show to everybody who may know of the thing; an address with a mark would be none.
# What is kept of an idea's evidence are figures; its kind is an attribute that lists of teams show too.
OPEN = {"initiative.name", "practice.name", "idea_story.address"} | {
    f"library_evidence.{name}" for name in ("found", "kind", "page")
}
SHORTEST = 100  # shorter texts are words to choose from
FEW = ("member", "peer", "other_network")


def _texts() -> list[Any]:
    tables = [mapper.local_table for mapper in Base.registry.mappers
              if mapper.class_.__module__ == models.__name__]  # fmt: skip
    return [
        column
        for table in tables
        for column in table.columns
        if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
        and not column.name.startswith("audit_")
        and (column.type.length is None or column.type.length >= SHORTEST)
    ]  # fmt: skip


@lighter_database
def test_every_private_text_has_a_mark(demo: Demo) -> None:
    marks = [canary["text"] for canary in demo.facts["canaries"] if canary["kind"] in KINDS]
    bare = []
    with demo.app.app_context():
        for column in _texts():
            words = "\n".join(text or "" for text in db.session.scalars(sa.select(column)))
            if not any(mark in words for mark in marks):
                bare.append(str(column))
        db.session.remove()

    assert set(bare) == OPEN, "give these a mark in nic_platform/demo/private.py, or say why they need none"


@lighter_database
def test_marks_are_read_on_their_pages_by_the_roles_named_only(demo: Demo) -> None:
    some: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for canary in demo.facts["canaries"]:
        if canary["kind"] in KINDS:
            some.setdefault((canary["kind"], tuple(canary["roles"]) if IS_DRILL else ()), canary)
    wrong = []
    for role, person in demo.facts["users"].items():
        if role not in FEW and not IS_DRILL:
            continue
        client = demo.app.test_client()
        client.post("/sign-in", data={"email": person["login"], "password": person["password"]})
        for canary in some.values():
            seen = canary["text"] in client.get(canary["url"]).get_data(as_text=True)
            if seen is not (role in canary["roles"]):
                wrong.append((role, canary["kind"], canary["url"], seen))

    assert {kind for kind, _roles in some} == set(KINDS)
    assert wrong == []
