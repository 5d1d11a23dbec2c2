"""A team's page in finished values: who holds which function and competency, and what is missing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nic_platform.actor import EDITORS
from nic_platform.text import _
from teams import rules
from teams.graph import TeamGraph


@dataclass(frozen=True)
class Held:
    """A function or competency in words and who holds it; *is_gap* when nobody in reach does."""

    key: str
    words: str
    holders: tuple[str, ...]
    is_gap: bool


@dataclass(frozen=True)
class CharterPage:
    """Everything a team's page works out from its charter and its links."""

    functions: tuple[Held, ...]
    competencies: tuple[Held, ...]
    perspectives: tuple[str, ...]
    missing_perspectives: tuple[str, ...]
    gaps: tuple[str, ...]
    rhythm: str
    path: str
    load: str
    hold: str
    is_heard: bool
    is_champion: bool


def names() -> Mapping[str, str]:
    """Return the words of every competency and perspective by key."""
    return {**rules.competency_names(), **rules.perspective_names()}


def page(
    team: Any,
    people: Sequence[Any],
    above: Sequence[tuple[str, list[str]]],
    graph: TeamGraph,
    *,
    with_items: bool = False,
) -> CharterPage:
    """Return a team's page.

    Args:
        team: the team, with its charter.
        people: who is in it; coaches and observers are guests, and who has no account any more is gone.
        above: name and functions of each team above, nearest first.
        with_items: also tell what waits at the team.
    """
    workers = [person for person in people if person.role in EDITORS and person.is_active]
    voices = [voice for person in workers for voice in person.perspectives]
    gaps = rules.charter_gaps(
        team.name,
        team.level.value,
        members=len(workers),
        competencies=[skill for person in workers for skill in person.competencies],
        perspectives=voices,
        rhythm_days=team.rhythm_days,
        purpose=team.purpose,
    )
    words = rules.perspective_names()
    expected = rules.expected_perspectives(team.level.value)
    return CharterPage(
        functions=_functions(team, above),
        competencies=_competencies(workers),
        perspectives=tuple(words[key] for key in words if key in voices),
        missing_perspectives=tuple(words[key] for key in words if key in expected and key not in voices),
        gaps=tuple(_told_once([*gaps, *_function_gaps(team, above)])),
        rhythm=rules.rhythm_words(team.rhythm_days),
        path=graph.path_sentence(team.id) if team.id in graph.nodes else "",
        load=graph.load_sentence(team.id, with_items=with_items) if team.id in graph.nodes else "",
        hold=graph.articulation_sentence(team.id) if team.id in graph.articulation else "",
        is_heard=team.id not in graph.unheard,
        is_champion=rules.is_champion(len(workers)),
    )


def _told_once(gaps: Sequence[rules.Gap]) -> list[str]:
    """Return what is missing in few sentences: what a table of the page shows already is only counted."""
    told = [gap.sentence for gap in gaps if gap.kind not in {"competency", "function", "perspective"}]
    many = {
        "competency": _("%(count)s of the five competencies are brought by nobody. Ask who can, or invite."),
        "perspective": _("%(count)s perspectives are missing. Invite people who bring them."),
        "function": _("%(count)s of the nine functions are held by nobody, here to the top. Share them out."),
    }
    for kind, words in many.items():
        some = [gap.sentence for gap in gaps if gap.kind == kind]
        told += some if len(some) < 2 else [words % {"count": len(some)}]
    return told


def _functions(team: Any, above: Sequence[tuple[str, list[str]]]) -> tuple[Held, ...]:
    found = []
    for key, words in rules.function_names().items():
        holders = [team.name] if key in (team.functions or []) else []
        holders += [name for name, held in above if key in held]
        found.append(Held(key, words, tuple(holders), not holders))
    return tuple(found)


def _function_gaps(team: Any, above: Sequence[tuple[str, list[str]]]) -> list[rules.Gap]:
    words = rules.function_names()
    return [
        rules.Gap(
            "function",
            key,
            _(
                "Nobody from here to the top holds “%(what)s”. Take it up, or ask a team above to.",
                what=words[key],
            ),
        )
        for key in rules.functions_unheld([team.functions or [], *(held for _name, held in above)])
    ]


def _competencies(people: Sequence[Any]) -> tuple[Held, ...]:
    return tuple(
        Held(key, words, holders, not holders)
        for key, words in rules.competency_names().items()
        for holders in [tuple(person.name for person in people if key in person.competencies)]
    )
