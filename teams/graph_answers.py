"""What the team graph answers of a whole network: one sentence, and whom it is about, page by page. Pure.

Lists are ordered by what is to be done about them, never by how well a team does: whose loss would cut most
others off, who hears most teams; else by name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nic_platform.text import _, ngettext
from teams.graph import TeamGraph


class Question(StrEnum):
    """What can be asked of the graph of a whole network."""

    UNHEARD = "unheard"
    SILENT = "silent"
    LOSSES = "losses"
    LOAD = "load"
    CHAMPIONS = "champions"


def question_words() -> dict[str, str]:
    """Return the questions as a person asks them."""
    return {
        Question.UNHEARD: _("Who can’t be heard?"),
        Question.SILENT: _("Which links are silent?"),
        Question.LOSSES: _("Whose loss cuts others off?"),
        Question.LOAD: _("On whom does most rest?"),
        Question.CHAMPIONS: _("Which teams rest on one or two people?"),
    }


@dataclass(frozen=True)
class Row:
    """One team of an answer.

    ``upper`` is the other end of a silent link. ``count`` is what the list is ordered by: teams cut off,
    links in, people.
    """

    team: int
    sentence: str
    count: int
    upper: int | None = None


@dataclass(frozen=True)
class Answer:
    """The sentence that answers a question, and one page of the teams that it is about."""

    question: Question
    sentence: str
    total: int
    rows: Sequence[Row]


def answer(
    graph: TeamGraph, question: Question, start: int = 0, limit: int = 50, *, with_items: bool = False
) -> Answer:
    """Return an answer with the rows from *start* on.

    Args:
        with_items: say of the load what waits and whether promises are kept: for those who may know.
    """
    if question is Question.LOAD:
        return _load(graph, start, limit, with_items)
    return _ANSWERS[question](graph, start, limit)


def _by_name(graph: TeamGraph, teams: frozenset[int]) -> list[int]:
    return sorted(teams, key=lambda team: (graph.nodes[team].name, team))


def _unheard(graph: TeamGraph, start: int, limit: int) -> Answer:
    total = len(graph.unheard)
    sentence = _("Every team has a way up.")
    if total:
        sentence = ngettext(
            "One team has no way up. Link it to a team above.",
            "%(number)s teams have no way up. Link each to a team above.",
            total,
            number=f"{total:,}",
        )
    shown = _by_name(graph, graph.unheard)[start : start + limit]
    rows = [Row(team, graph.unheard_sentence(team), 0) for team in shown]
    return Answer(Question.UNHEARD, sentence, total, rows)


def _silent(graph: TeamGraph, start: int, limit: int) -> Answer:
    total, cut = len(graph.quiet), len(graph.silenced)
    sentence = _("No team hangs on a link that went silent.")
    if total:
        teams = ngettext("one team", "%(number)s teams", cut, number=f"{cut:,}")
        sentence = ngettext(
            "One silent link is the only way up for %(teams)s. Ask both ends when they last spoke.",
            "%(number)s silent links are the only way up for %(teams)s. Ask both ends when they last spoke.",
            total,
            number=f"{total:,}",
            teams=teams,
        )
    rows = [
        Row(quiet.lower, graph.cut_off_sentence(quiet), len(quiet.cut_off), quiet.upper)
        for quiet in graph.quiet[start : start + limit]
    ]
    return Answer(Question.SILENT, sentence, total, rows)


def _losses(graph: TeamGraph, start: int, limit: int) -> Answer:
    found = [(team, lost) for team, lost in graph.articulation.items() if team not in graph.tops]
    sentence = _("No team below the top is the only way up for another.")
    if found:
        team, lost = found[0]
        sentence = ngettext(
            "One team is the only way up for others: %(name)s, for %(lost)s. Name a stand-in there.",
            "%(number)s teams are the only way up for others, %(name)s for most: %(lost)s. "
            "Name stand-ins there first.",
            len(found),
            number=f"{len(found):,}",
            name=graph.nodes[team].name,
            lost=f"{lost:,}",
        )
    rows = [Row(team, graph.articulation_sentence(team), lost) for team, lost in found[start : start + limit]]
    return Answer(Question.LOSSES, sentence, len(found), rows)


def _load(graph: TeamGraph, start: int, limit: int, with_items: bool) -> Answer:
    order = graph.receivers
    sentence = _("No team lifts to another yet.")
    if order:
        most = graph.load(order[0])
        sentence = ngettext(
            "One team hears others: %(name)s, by %(links)s.",
            "%(number)s teams hear others. Most lift to %(name)s: %(links)s.",
            len(order),
            number=f"{len(order):,}",
            name=graph.nodes[order[0]].name,
            links=ngettext("one link", "%(number)s links", most.links, number=f"{most.links:,}"),
        )
    rows = [
        Row(team, graph.load_sentence(team, with_items=with_items), graph.load(team).links)
        for team in order[start : start + limit]
    ]
    return Answer(Question.LOAD, sentence, len(order), rows)


def _champions(graph: TeamGraph, start: int, limit: int) -> Answer:
    total = len(graph.champions)
    sentence = _("Every team has three people or more.")
    if total:
        sentence = ngettext(
            "One team rests on one or two people. Invite others, so that the work outlasts a move.",
            "%(number)s teams rest on one or two people. Invite others, so that the work outlasts a move.",
            total,
            number=f"{total:,}",
        )
    shown = _by_name(graph, graph.champions)[start : start + limit]
    rows = [Row(team, graph.champion_sentence(team), graph.nodes[team].members) for team in shown]
    return Answer(Question.CHAMPIONS, sentence, total, rows)


_ANSWERS: dict[Question, Callable[[TeamGraph, int, int], Answer]] = {
    Question.UNHEARD: _unheard,
    Question.SILENT: _silent,
    Question.LOSSES: _losses,
    Question.CHAMPIONS: _champions,
}
