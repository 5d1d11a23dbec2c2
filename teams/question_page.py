"""One question to the graph of a network as a page: sentence, picture, list, and what to do. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nic_platform.exporting import Cell
from nic_platform.text import _, ngettext
from teams.bars import Bar
from teams.graph import Flag, TeamGraph
from teams.graph_answers import Answer, Question, answer, question_words
from teams.outline import Outline, Tally

PAGE = 25
DRAWN = 12
_FLAGS = {
    Question.UNHEARD: Flag.NO_WAY_UP,
    Question.SILENT: Flag.SILENT,
    Question.CHAMPIONS: Flag.CHAMPION,
}


@dataclass(frozen=True)
class Line:
    """One team of the answer; ``upper`` and ``link_id`` are there where the answer is about a link."""

    team: int
    id: UUID
    name: str
    level: str
    place: str
    sentence: str
    count: int
    flag: Flag
    upper: str = ""
    link_id: UUID | None = None


@dataclass(frozen=True)
class QuestionPage:
    """Everything that the page of one question shows."""

    question: Question
    title: str
    sentence: str
    why: str
    total: int
    bars: Sequence[Bar]
    picture: str
    unit: str
    lines: Sequence[Line]
    start: int
    after: int | None


@dataclass(frozen=True)
class Short:
    """A question on the page of the network: its title, the number of its answer, the sentence."""

    question: Question
    title: str
    sentence: str
    total: int


def shorts(graph: TeamGraph) -> list[Short]:
    """Return every question with its sentence."""
    titles = question_words()
    found = []
    for question in Question:
        told = answer(graph, question, 0, 0)
        found.append(Short(question, titles[question], told.sentence, told.total))
    return found


def titles() -> dict[str, str]:
    """Return the questions as a person asks them, by their names in addresses."""
    return question_words()


def page(
    picture: Any,
    question: Question,
    start: int = 0,
    *,
    graph: TeamGraph | None = None,
    limit: int = PAGE,
    with_items: bool = False,
) -> QuestionPage:
    """Return the page of one question, with the rows from *start* on.

    Args:
        picture: graph, places, links and outline, as the queries give them.
        graph: the picture's graph, with what waits at the teams that are listed.
        with_items: say what waits: for those who may know.
    """
    told = answer(graph or picture.graph, question, start, limit, with_items=with_items)
    drawn, words = _picture(picture, question)
    return QuestionPage(
        question=question,
        title=question_words()[question],
        sentence=told.sentence,
        why=_why()[question],
        total=told.total,
        bars=drawn,
        picture=words,
        unit=_units()[question],
        lines=_lines(picture, told),
        start=start,
        after=start + limit if start + limit < told.total else None,
    )


def _lines(picture: Any, told: Answer) -> list[Line]:
    graph: TeamGraph = picture.graph
    found = []
    for row in told.rows:
        node, place = graph.nodes[row.team], picture.places[row.team]
        link = picture.links[row.team, row.upper] if row.upper is not None else None
        found.append(Line(
            row.team, place.public_id, node.name, node.level, place.district or place.region, row.sentence,
            row.count, graph.flags[row.team], graph.nodes[row.upper].name if row.upper is not None else "",
            link.public_id if link else None,
        ))  # fmt: skip
    return found


def _why() -> Mapping[Question, str]:
    return {
        Question.UNHEARD: _(
            "What such a team meets in practice reaches nobody who could change the policy behind it."
        ),
        Question.SILENT: _(
            "A link is silent when nothing passed on it in two of its rhythms: no meeting, message, report "
            "or notice."
        ),
        Question.LOSSES: _(
            "All ways up of the teams counted here lead through one team. If it stops, they are not heard."
        ),
        Question.LOAD: _(
            "Links in, and teams below by whatever way. Where much rests on one team, answers come late."
        ),
        Question.CHAMPIONS: _(
            "Champions move on, and programmes come and go with them. A team carries on when people change."
        ),
    }  # fmt: skip


def _units() -> Mapping[Question, str]:
    return {
        Question.UNHEARD: _("Teams"),
        Question.SILENT: _("Teams cut off"),
        Question.LOSSES: _("Teams that lose their way up"),
        Question.LOAD: _("Links in"),
        Question.CHAMPIONS: _("People"),
    }


def _picture(picture: Any, question: Question) -> tuple[list[Bar], str]:
    if question in _FLAGS:
        return _by_place(picture.outline, _FLAGS[question])
    graph: TeamGraph = picture.graph
    told = answer(graph, question, 0, DRAWN)
    drawn = [Bar(graph.nodes[row.team].name, row.count, f"{row.count:,}", False) for row in told.rows]
    words = {
        Question.LOSSES: _("Teams that would lose their way up, by the team they all need"),
        Question.LOAD: _("Links in, for the teams with most"),
    }[question]
    return drawn, words


def _by_place(tree: Outline, flag: Flag) -> tuple[list[Bar], str]:
    """Return a bar for each place that has such teams, by name; the rest in one where there are many."""
    top = tree.top
    counted = [(tree.areas[part].name, tree.whole[part]) for part in tree.parts.get(top, ())]
    direct = tree.direct.get(top, Tally())
    if direct.of(flag):
        name = tree.areas[top].name if top is not None else _("In no place")
        counted.append((name, direct))
    having = [(name, tally) for name, tally in counted if tally.of(flag)]
    shown, rest = having[:DRAWN], having[DRAWN:]
    drawn = [Bar(name, tally.of(flag), _of(tally, flag)) for name, tally in shown]
    if rest:
        others = Tally()
        for _name, tally in rest:
            others = others.plus(tally)
        more = ngettext("One other place", "%(number)s other places", len(rest), number=f"{len(rest):,}")
        drawn.append(Bar(more, others.of(flag), _of(others, flag)))
    words = {
        Flag.NO_WAY_UP: _("Teams without a way up, by place"),
        Flag.SILENT: _("Teams whose only way up has gone quiet, by place"),
        Flag.CHAMPION: _("Teams of one or two people that have a way up, by place"),
    }[flag]
    return drawn, words


def _of(tally: Tally, flag: Flag) -> str:
    return _("%(count)s of %(all)s", count=f"{tally.of(flag):,}", all=f"{tally.teams:,}")


def table(picture: Any, question: Question) -> tuple[list[str], list[list[Cell]]]:
    """Return the whole answer as a table to take away; what waits at a team is not in it."""
    told = answer(picture.graph, question, 0, len(picture.graph.nodes) + 1)
    header = [_("Team"), _("Level"), _("Place"), _("Lifts to"), _units()[question], _("What it means")]
    rows: list[list[Cell]] = [
        [line.name, line.level, line.place, line.upper, line.count, line.sentence]
        for line in _lines(picture, told)
    ]
    return header, rows
