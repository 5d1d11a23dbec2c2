"""The rules by which a step is suggested under each of the six principles, in their order. Pure."""

from collections.abc import Sequence

from cycles.inquiry_words import advice
from nic_platform.text import _
from variation.principles import STEADY, Principle, Rule


def rules_of(principle: Principle) -> tuple[Rule, ...]:
    """Return the rules of a principle, first to last; the last one is for keeping on."""
    return tuple(_RULES[principle]())


def _problem() -> Sequence[Rule]:
    return (
        Rule(
            "no_problem",
            _("No problem is written"),
            _("Write the problem in a sentence or two: what, specifically, are we trying to solve?"),
            "problem",
        ),
        Rule(
            "no_users",
            _("Nothing is written of those who live with it"),
            _("Ask five of those who live with the problem, and write down who they are and what they said."),
            "problem",
        ),
        Rule(
            "aim",
            _("The aim is missing, or lacks how much or by when"),
            _("Say in the aim what should change, for whom, how much and by when."),
            "aim",
        ),
        Rule(
            "unheard",
            _("Families or students speak on no team"),
            _("Choose one team that invites somebody who lives with the problem to its next meeting."),
            "teams",
        ),
        Rule(
            "no_voice",
            _("No common measure asks people what they live"),
            _("Add a common measure of stakeholder voice: one question, asked often."),
            "measures",
        ),
        Rule(
            STEADY,
            _("All of these are there"),
            _("Read the problem to those who live with it, and ask whether it is still theirs."),
            "problem",
        ),
    )


def _variation() -> Sequence[Rule]:
    return (
        Rule(
            "no_measure",
            _("There is no common measure"),
            _("Choose one measure that every school can keep: without it no difference can be seen."),
            "measures",
        ),
        Rule(
            "uncounted",
            _("No school has a figure of this school year"),
            _("Ask each school for a first count this month; one common measure is enough."),
            "measures",
        ),
        Rule(
            "unmeasured",
            _("Some schools have no figure of this school year"),
            _("Find out what keeps the schools without figures from counting, before comparing the others."),
            "compare",
        ),
        Rule(
            "old",
            _("The newest figure is older than a term"),
            _("Count once more before talking about differences: they may have moved."),
            "compare",
        ),
        Rule(
            "bright",
            _("Schools stand out on the better side by more than chance"),
            _("Ask the schools that stand out how they do it, and under what conditions."),
            "compare",
        ),
        Rule(
            "behind",
            _("Schools stand out on the other side by more than chance"),
            _("Go and see what is different at the schools that stand out: conditions first, people last."),
            "compare",
        ),
        Rule(
            STEADY,
            _("No school stands out by more than chance, or too few counted to tell"),
            _("Don’t rank: look at one condition at a time, and at what changed over the year."),
            "compare",
        ),
    )


def _system() -> Sequence[Rule]:
    return (
        Rule(
            "no_drivers",
            _("There is no driver diagram"),
            _("Draw the first drivers: what would have to change for the aim to be reached?"),
            "drivers",
        ),
        Rule(
            "no_ideas",
            _("Drivers have no change idea"),
            _("Find a change idea for a driver that has none, or say why it needs none."),
            "drivers",
        ),
        Rule(
            "no_driver_measure",
            _("Drivers have no measure"),
            _("Choose a measure for a driver that has none, so that one sees whether it moves."),
            "drivers",
        ),
        Rule(
            "unheard_teams",
            _("Teams have no way up"),
            _("Link a team that has no way up: what it meets is part of the system too."),
            "unheard",
        ),
        Rule(
            "silent",
            _("Links have gone quiet for two rhythms"),
            _("Wake a quiet link: let both ends say what they last heard from each other."),
            "silent",
        ),
        Rule(
            "no_initiatives",
            _("No other initiative is in the inventory"),
            _("Write down the initiatives that reach the same schools: mandates, grants, projects."),
            "initiatives",
        ),
        Rule(
            "untold_sites",
            _("Places have nothing in the inventory"),
            _("Ask the places that have not said it yet what else is going on there."),
            "initiatives",
        ),
        Rule(
            STEADY,
            _("All of these are there"),
            _("Take one result that surprised you and follow it through the diagram, from aim to idea."),
            "drivers",
        ),
    )


def _measure() -> Sequence[Rule]:
    return (
        Rule(
            "no_common",
            _("There is no common measure"),
            _("Choose a common outcome measure, with a definition that everybody counts by."),
            "measures",
        ),
        Rule(
            "no_outcome",
            _("No common measure is of an outcome"),
            _("Choose a measure of the outcome: else one sees work, and not whether it helps."),
            "measures",
        ),
        Rule(
            "no_process",
            _("No common measure is of a process"),
            _("Choose a measure of the process: outcomes come too late to learn from week to week."),
            "measures",
        ),
        Rule(
            "late",
            _("Series have had no figure for two rhythms"),
            _("Ask what makes counting hard where it stopped; a smaller sample kept up beats a large one."),
            "measures",
        ),
        Rule(
            "no_balancing",
            _("No common measure is a balancing one"),
            _("Choose one measure of what might get worse while you improve."),
            "measures",
        ),
        Rule(
            STEADY,
            _("All of these are there"),
            _("Look at one measure together and ask which decision it has changed this year."),
            "measures",
        ),
    )


def _inquiry() -> Sequence[Rule]:
    shares = (
        ("prediction", _("Fewer cycles with a written prediction than published")),
        ("act", _("Fewer cycles documented through act than published")),
        ("series", _("Fewer cycles in a series than published")),
        ("grown", _("Fewer series that grew in scale than published")),
        ("monthly", _("Fewer cycles with data at least monthly than published")),
    )
    return (
        Rule(
            "no_cycles",
            _("No cycle has begun"),
            _("Test one change with one person this week, and write down what you expect first."),
            "cycles",
        ),
        *(Rule(f"below_{key}", when, advice(key), "inquiry") for key, when in shares),
        Rule(
            STEADY,
            _("No share lies clearly below the published one, or there are too few to say"),
            _("Tell one test that did not hold, and what you know now that you did not know before."),
            "inquiry",
        ),
    )


def _learning() -> Sequence[Rule]:
    return (
        Rule(
            "open_askings",
            _("Questions from team to team wait for an answer"),
            _("Answer the questions that teams asked each other, or say that you can’t."),
            "askings",
        ),
        Rule(
            "no_shared",
            _("No idea is shared with the network"),
            _("Share one idea that a team has tested, also one that it gave up."),
            "library",
        ),
        Rule(
            "not_taken",
            _("No shared idea was taken over by another team"),
            _("Offer one idea that held to two teams in other conditions, and let them test it small."),
            "library",
        ),
        Rule(
            "no_asking",
            _("No team has asked another one yet"),
            _("Let each team ask one other team how it does something."),
            "alike",
        ),
        Rule(
            "unanswered",
            _("Fewer than half of what was sent up has been answered"),
            _("Look through what waits for an answer, and answer the oldest first."),
            "loops",
        ),
        Rule(
            STEADY,
            _("All of these are there"),
            _("Take one idea that failed somewhere, and ask under what conditions it might hold."),
            "library",
        ),
    )


_RULES = {
    Principle.PROBLEM: _problem,
    Principle.VARIATION: _variation,
    Principle.SYSTEM: _system,
    Principle.MEASURE: _measure,
    Principle.INQUIRY: _inquiry,
    Principle.LEARNING: _learning,
}
