"""Builds the whole demo in one transaction, part by part."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.models import ApiToken
from accounts.passwords import hash_password
from accounts.rules import hashed
from nic_platform.demo import (
    acted,
    counting,
    course,
    cycles,
    elsewhere,
    feedback,
    files,
    goals,
    hooks,
    ideas,
    inplace,
    leaving,
    library,
    looked,
    measured,
    meetings,
    pacing,
    passing,
    places,
    plans,
    principles,
    private,
    programs,
    providers,
    published,
    rosters,
    series,
    story,
    taken,
    testing,
    theory,
    upper,
    writing,
    years,
)
from nic_platform.demo.builder import Builder
from nic_platform.demo.calendar import Calendar
from nic_platform.demo.people import PEOPLE
from nic_platform.tables import Installation

SEED = 2026
Step = Callable[[str, int], None]


def build(
    session: Session, *, now: datetime, seed: int = SEED, step: Step = lambda _name, _share: None
) -> Builder:
    """Build the demo around *now* and return what it is made of. The caller commits.

    Args:
        now: the moment that is "today" in the story, UTC.
        seed: the same seed and day give the same network.
        step: is told after each part its name and its share of the work, in per cent.
    """
    b = Builder(session, Calendar(now), seed)
    hashes = {person.role: hash_password(person.password) for person in PEOPLE}
    session.add(Installation(is_demo=True, created_at=now))
    session.flush()
    for name, share, part in _parts(hashes):
        part(b)
        step(name, share)
    return b


def _parts(hashes: Mapping[str, str]) -> tuple[tuple[str, int, Callable[[Builder], None]], ...]:
    return (
        ("places and people", 13, lambda b: _places(b, hashes)),
        ("strategies", 1, plans.build_templates),
        ("plans and weekly counts", 43, plans.build_plans),
        ("change ideas", 1, ideas.build_ideas),
        ("cycles", 25, cycles.build_cycles),
        ("measures of its own", 1, measured.build),
        ("Alder Creek’s year", 3, story.build),
        ("what hangs on cycles", 0, testing.build),
        ("what teams add to ideas", 0, library.build),
        ("the theory’s history", 0, theory.build),
        ("planning backwards", 0, pacing.build),
        ("a plan being written", 0, writing.build),
        ("observation tools", 0, counting.build),
        ("feedback", 5, feedback.build),
        ("acts on feedback", 1, acted.build),
        ("touchpoints", 0, meetings.build),
        ("the hub and the State", 1, upper.build),
        ("decisions", 0, course.build),
        ("agency goals", 0, goals.build),
        ("years and files", 0, years.build),
        ("another network", 1, lambda b: elsewhere.build(b, hashes["other_network"])),
        ("files", 0, files.build),
        ("sign-ins of organisations", 0, providers.build),
        ("rosters", 0, rosters.build),
        ("webhooks", 0, hooks.build),
        ("programs", 0, programs.build),
        ("what passed on links", 0, passing.build),
        ("who left", 0, leaving.build),
        ("the six principles", 0, principles.build),
        ("published figures", 0, published.build),
        ("what else is in place", 0, inplace.build),
        ("words for a few", 0, private.build),
        ("sums and tokens", 5, _last),
        ("files asked for", 0, taken.build),
        ("who looked", 0, looked.build),
    )


def _places(b: Builder, hashes: Mapping[str, str]) -> None:
    places.build_network(b)
    planned = places.build_sites(b)
    places.build_teams(b, planned)
    places.build_people(b, planned, dict(hashes))
    places.build_links(b, planned)


def _last(b: Builder) -> None:
    series.write_sums(b)
    rows = [
        {"public_id": b.uuid(), "token_hash": hashed(token_of(b.seed, person.role)), "name": "demo",
         "user_id": b.people[person.role], "created_at": b.days.now}
        for person in PEOPLE
    ]  # fmt: skip
    b.session.execute(insert(ApiToken), rows)


def token_of(seed: int, role: str) -> str:
    """Return the API token of a role: made up, but the same for the same seed."""
    return f"demo_{hashlib.sha256(f'{seed} {role}'.encode()).hexdigest()[:40]}"
