"""Who is on a team beside whom its place serves: questions to talk about, never a score. Pure.

Teams should be diverse, and representative of the population served and of those whom the changes are for
(SISEP, "Framework 4: Implementation Teams"). What a table can know of that is little, so it asks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from nic_platform.text import _, ngettext
from teams import rules
from teams.rules import Perspective

MANY_LEARNERS = 5.0
"""Per cent of students learning English from which their families are asked about."""

MUCH_NEED = 40.0
"""Per cent of students with free or reduced lunch from which Title I programs may be school-wide."""


@dataclass(frozen=True)
class Question:
    """A fact of the place or the team, and what it makes one ask; *is_open* where nobody stands for it."""

    fact: str
    asks: str
    is_open: bool


@dataclass(frozen=True)
class Voices:
    """Who speaks on the team, and the questions."""

    held: tuple[tuple[str, int], ...]
    questions: tuple[Question, ...]
    source: str


def voices(team: Any, served: Any, people: Collection[Any]) -> Voices:
    """Return who speaks on a team beside whom its place serves.

    Args:
        served: figures of the place: students, lunch_percent, english_learner_percent, is_title_one,
            title_one_schools, schools.
        people: who works in the team.
    """
    words = rules.perspective_names()
    counts = {key: sum(key in person.perspectives for person in people) for key in words}
    held = {key for key, count in counts.items() if count}
    asked = [
        *_learners(served, held), *_need(served, held), *_title_one(served, held), *_students(served, held),
        *_said(team), *_expected(team, held, words),
    ]  # fmt: skip
    source = ""
    if served.schools:
        source = ngettext(
            "Figures of one school put together.",
            "Figures of %(count)s schools put together.",
            served.schools,
        )
    return Voices(tuple((words[key], count) for key, count in counts.items() if count), tuple(asked), source)


def _learners(served: Any, held: Collection[str]) -> list[Question]:
    share = served.english_learner_percent
    if share is None or share < MANY_LEARNERS:
        return []
    fact = _("%(share)s%% of the students are learning English.", share=_whole(share))
    if Perspective.FAMILY in held:
        return [Question(fact, _("Does somebody on the team speak for their families?"), False)]
    return [Question(fact, _("Nobody speaks as a family. Who would know what theirs see?"), True)]


def _need(served: Any, held: Collection[str]) -> list[Question]:
    share = served.lunch_percent
    if share is None or share < MUCH_NEED:
        return []
    fact = _("%(share)s%% of the students get free or reduced lunch.", share=_whole(share))
    if Perspective.FAMILY in held or Perspective.COMMUNITY in held:
        return [Question(fact, _("Whom could a change leave out, and who on the team would notice?"), False)]
    asks = _("Nobody speaks as a family or for the community. Who would notice whom a change leaves out?")
    return [Question(fact, asks, True)]


def _title_one(served: Any, held: Collection[str]) -> list[Question]:
    if served.is_title_one:
        fact = _("The school is a Title I school, which plans together with its families.")
    elif served.title_one_schools:
        fact = ngettext(
            "One school here is a Title I school, which plans together with its families.",
            "%(count)s schools here are Title I schools, which plan together with their families.",
            served.title_one_schools,
        )
    else:
        return []
    if Perspective.FAMILY in held:
        return []
    return [Question(fact, _("Which family could sit in?"), True)]


def _students(served: Any, held: Collection[str]) -> list[Question]:
    if not served.students or Perspective.STUDENT in held:
        return []
    fact = ngettext(
        "One student learns here.", "%(number)s students learn here.", served.students,
        number=f"{served.students:,}",
    )  # fmt: skip
    return [Question(fact, _("None of them is on the team. How does it hear from them?"), True)]


def _said(team: Any) -> list[Question]:
    serves = (team.serves or "").strip().rstrip(".")
    if not serves:
        return []
    fact = _("The charter says whom the place serves: %(whom)s.", whom=serves)
    return [Question(fact, _("Who on the team is one of them, or is with them every day?"), False)]


def _expected(team: Any, held: Collection[str], words: dict[str, str]) -> list[Question]:
    level = team.level.value
    missing = [key for key in words if key in rules.expected_perspectives(level) and key not in held]
    return [
        Question(
            _("Nobody on the team speaks as: %(who)s.", who=words[key].lower()),
            _("Whom could you ask, and what would make it possible for them to come?"),
            True,
        )
        for key in missing
    ]


def _whole(share: float) -> str:
    return f"{share:.0f}"
