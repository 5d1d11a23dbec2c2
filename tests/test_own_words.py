"""A network that renames every noun reads none of ours: all pages, walked as the people who see most.

What people wrote themselves stays as it is; so do the few phrases below, each for its reason.
"""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, inspect, select
from sqlalchemy.orm import Session

from milestones.models import StrategyTemplate
from nic_platform.database import Base
from nic_platform.tables import Notice
from nic_platform.words import NOUNS
from tests import factories as make
from tests.drill import share, small_form
from tests.factories import keep_attached
from tests.test_policy_matrix import address_of, routes
from tests.world import World, make_world

PEOPLE = ("lead", "network_lead")
# What visitors type or what comes with a thing; the world's own words hold ours ("Milestone 12").
WRITTEN = frozenset({
    "name", "title", "text", "what", "who", "purpose", "change", "aim", "happens", "description",
    "definition", "tool", "strand", "statement", "question", "subject", "body", "asks", "email", "file_name",
})  # fmt: skip
OURS = re.compile(
    r"\b(?:milestones?|interim targets?|action steps?|performance priorit(?:y|ies)|root causes?"
    r"|(?:major )?(?:improvement )?strateg(?:y|ies)|strands?|agency goals?|cycles?|change ideas?|ramps?"
    r"|barriers?|solutions?|success(?:es)?|(?:implementation )?teams?|(?:district )?hubs?|networks?"
    r"|touchpoints?"
    r"|(?:the|a|your|this|its|our|no|their|of) plans?)\b",
    re.IGNORECASE,
)
# Each phrase that stays, and why.
STAYS = {
    r"(?:more of|finish|a|of|the) plan": "the first stage of a cycle is called plan everywhere",
    r"implementation milestones": "the name of Colorado’s guide",
    r"milestones in performance management": "the name of the federal deck",
}
# Pages that hold ours on purpose.
PAGES = {
    "teams.own_words": "the page on which ours stand beside the network's",
    "desk.history": "earlier values of what people wrote",
}


class _Words(HTMLParser):
    """Collects what a visitor reads or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mute += tag in {"script", "style", "textarea"}
        spoken = {"aria-label", "title", "alt", "placeholder"}
        self.said += [value for name, value in attrs if name in spoken and value]

    def handle_endtag(self, tag: str) -> None:
        self._mute -= tag in {"script", "style", "textarea"}

    def handle_data(self, data: str) -> None:
        if not self._mute and data.strip():
            self.said.append(data.strip())


def rename_everything(session: Session, world: World) -> None:
    """Give the network made-up nouns, and take ours out of what people wrote."""
    world.network.words = {noun: [f"zor{at}", f"zors{at}"] for at, noun in enumerate(NOUNS)}
    for mapper in Base.registry.mappers:
        columns = [
            column.key
            for column in inspect(mapper.class_).columns
            if isinstance(column.type, String) and column.key in WRITTEN
        ]
        for thing in session.scalars(select(mapper.class_)) if columns else ():
            for name in columns:
                value = getattr(thing, name)
                if isinstance(value, str) and OURS.search(value):
                    setattr(thing, name, OURS.sub("Thing", value))
    session.flush()


def left_over(page: str) -> Iterator[str]:
    """Yield each piece of a page that still holds one of our nouns."""
    reader = _Words()
    reader.feed(page)
    stays = re.compile("|".join(f"(?:{phrase})" for phrase in STAYS), re.IGNORECASE)
    for said in reader.said:
        if OURS.search(stays.sub("", said)):
            yield said


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    world = make_world(session)
    rename_everything(session, world)
    return world


@small_form(lambda p: p["database"] == "sqlite")
@pytest.mark.parametrize("role", PEOPLE)
def test_no_page_says_a_noun_that_the_network_renamed(
    app: Flask, session: Session, world: World, browse: Callable[..., FlaskClient], role: str
) -> None:
    client = browse(world.people[role])
    found, opened = {}, 0
    for endpoint, method, rule in routes(app):
        if method != "GET" or rule.rule.startswith("/api/") or endpoint in PAGES:
            continue
        if role != "lead" and not share(rule.rule, 2):  # the drill opens each page as both
            continue
        session.expire_all()
        answer = client.get(address_of(rule, world))
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        opened += 1
        if said := sorted(set(left_over(answer.get_data(as_text=True)))):
            found[f"{endpoint} {rule.rule}"] = said

    assert found == {}
    assert opened > 40


def test_mail_and_files_speak_in_the_networks_words_and_keep_what_people_wrote(
    session: Session, world: World, browse: Callable[..., FlaskClient]
) -> None:
    strategy = make.make_strategy(session, make.make_plan(session, world.peer), name="Team strategy")
    template = session.scalars(select(StrategyTemplate)).one()
    strategy.template_id, template.name = template.id, "Our barrier"
    session.flush()
    lead = browse(world.people["network_lead"])

    lead.post(f"/templates/{template.public_id}/tell")

    notice = session.scalars(select(Notice).where(Notice.kind == "milestones.template")).one()
    own = world.network.words["template"][0]
    assert notice.subject == f"The {own} “Our barrier” has changed"


def test_the_walk_would_find_a_noun_that_is_left(world: World) -> None:
    assert list(left_over("<p>Write a milestone</p><p>zor1</p>")) == ["Write a milestone"]
    assert list(left_over('<a aria-label="The strand">x</a><script>cycle</script>')) == ["The strand"]
    assert list(left_over("<p>Finish the plan and begin</p>")) == []
