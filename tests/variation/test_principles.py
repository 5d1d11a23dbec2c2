"""The six principles: what is told of any records, and the step that the rules suggest."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drill import IS_DRILL
from variation.principle_rules import rules_of
from variation.principle_words import lede, tell
from variation.principles import (
    STEADY,
    Facts,
    InquiryFacts,
    LearningFacts,
    Line,
    MeasureFacts,
    Principle,
    ProblemFacts,
    Rule,
    ShareFact,
    Spread,
    StepRow,
    SystemFacts,
    Told,
    VariationFacts,
    choose,
    is_old,
)

TODAY = date(2026, 2, 25)
SHARES = ("act", "prediction", "series", "grown", "monthly")


def share(key: str, stand: str) -> ShareFact:
    return ShareFact(
        key, f"4 of 12 for {key}.", "Published: 12% of 294.", "Write what you expect.", stand, 4, 12
    )


WHOLE = Facts(
    TODAY,
    ProblemFacts(
        "Lessons name no language.", "“I can’t say it.”", (), ("Teacher", "Family", "Student"), (), 1
    ),
    VariationFacts(3, 12, 12, TODAY - timedelta(days=3), Spread("Tickets", "%", "2025-26", 12, 62.4, 8.6)),
    SystemFacts(5, 0, 0, 0, 14, 0, 13, 0, 4, 15, 15),
    MeasureFacts(1, 2, 1, 0, 24, 0),
    InquiryFacts(True, tuple(share(key, "near") for key in SHARES), 12),
    LearningFacts(8, 3, 5, 4, 4, 0, 20, 15, 9),
)

counts = st.integers(0, 40)
words = st.text("ab ,.%(x)s", max_size=12)
names = st.sampled_from(["Tickets", "%(x)s: 9% of 12"])  # people’s own words are never read as a format


@st.composite
def measured(draw: st.DrawFn) -> VariationFacts:
    schools = draw(counts)
    spread = st.builds(
        Spread, names, st.sampled_from(["%", "days", ""]), st.just("2025-26"), st.integers(5, 99),
        st.floats(0, 100), st.floats(0, 40), counts, counts, st.booleans(),
    )  # fmt: skip
    newest = draw(st.none() | st.integers(-2, 700))
    return VariationFacts(
        draw(counts), schools, draw(st.integers(0, schools)),
        None if newest is None else TODAY - timedelta(days=newest), draw(st.none() | spread),
    )  # fmt: skip


@st.composite
def parts(draw: st.DrawFn, model: Any) -> Any:
    """Draw facts whose numbers are counts, parts never larger than their whole."""
    if model is SystemFacts:
        drivers, teams, links, sites = (draw(counts) for _ in range(4))
        some = [draw(st.integers(0, each)) for each in (drivers, drivers, teams, links, sites)]
        return SystemFacts(
            drivers,
            some[0],
            some[1],
            draw(counts),
            teams,
            some[2],
            links,
            some[3],
            draw(counts),
            sites,
            some[4],
        )
    if model is MeasureFacts:
        series = draw(counts)
        late = draw(st.integers(0, series))
        return MeasureFacts(draw(counts), draw(counts), draw(counts), draw(counts), series, late)
    return LearningFacts(*(draw(counts) for _ in range(9)))


facts = st.builds(
    Facts,
    st.just(TODAY),
    st.builds(
        ProblemFacts, words, words, st.sampled_from([(), ("The aim doesn’t say how much.",)]),
        st.sampled_from([(), ("Teacher",)]), st.sampled_from([(), ("Family", "Student")]), counts,
    ),
    measured(),
    parts(SystemFacts),
    parts(MeasureFacts),
    st.builds(
        InquiryFacts, st.booleans(),
        st.lists(st.builds(share, st.sampled_from(SHARES), st.sampled_from(["above", "below", "near", ""])),
                 max_size=5, unique_by=lambda each: each.key).map(tuple),
        st.none() | counts,
    ),
    parts(LearningFacts),
)  # fmt: skip


def of(told: list[Told], principle: Principle) -> Told:
    return next(each for each in told if each.principle is principle)


def keys(told: Told) -> list[str]:
    return [line.key for line in told.lines]


@settings(max_examples=3000 if IS_DRILL else 20, deadline=None)
@given(facts)
def test_any_records_give_six_principles_with_lines_and_the_first_rule_that_fits(found: Facts) -> None:
    told = tell(found)

    assert [each.principle for each in told] == list(Principle)
    for each in told:
        asked = {line.key for line in each.lines if line.asks}
        fitting = [rule for rule in each.rules if rule.key in asked]
        assert each.lines
        assert all(line.words.strip() and "%(" not in line.words.replace("%(x)s", "") for line in each.lines)
        assert len({line.key for line in each.lines}) == len(each.lines)
        assert each.taken == (fitting[0] if fitting else each.rules[-1])
        assert list(each.waiting) == fitting[1:]
        assert (each.taken.key == STEADY) == (each.asking == 0)
    assert lede(told)


@settings(max_examples=1500 if IS_DRILL else 15, deadline=None)
@given(facts, st.sampled_from(list(Principle)))
def test_what_is_whole_asks_for_nothing_and_what_the_others_hold_changes_nothing(
    found: Facts, principle: Principle
) -> None:
    mended = replace(found, **{principle.value: getattr(WHOLE, principle.value)})

    before, after = tell(found), tell(mended)

    assert of(after, principle).asking == 0
    assert [each for each in after if each.principle is not principle] == [
        each for each in before if each.principle is not principle
    ]


def test_a_network_that_wrote_nothing_is_asked_for_the_first_things() -> None:
    told = tell(Facts(TODAY))

    assert {each.principle: each.taken.key for each in told} == {
        Principle.PROBLEM: "no_problem", Principle.VARIATION: "no_measure", Principle.SYSTEM: "no_drivers",
        Principle.MEASURE: "no_common", Principle.INQUIRY: STEADY, Principle.LEARNING: "no_shared",
    }  # fmt: skip


def test_whole_records_ask_for_nothing_and_say_their_numbers() -> None:
    told = tell(WHOLE)

    assert [each.taken.key for each in told] == [STEADY] * 6
    assert lede(told) == "Nothing in the network’s own records asks for a step just now."
    assert [line.words for line in of(told, Principle.VARIATION).lines] == [
        "12 of 12 schools have a figure of a common measure from this school year.",
        "The newest figure is 3 days old.",
        "Tickets, 2025-26, 12 schools: a typical one stands at 62%. Chance taken off, two schools in three "
        "lie within about 8.6 points of that.",
        "No school differs from the others by more than chance, so there is nobody to rank.",
    ]
    assert [line.words for line in of(told, Principle.LEARNING).lines] == [
        "8 ideas are shared with the network. Teams took changes over from one another 5 times.",
        "4 questions went from team to team; 4 were answered and 0 wait.",
        "Of 20 items sent up the links, 15 came back answered; 9 were said to be lifted by those who raised "
        "them.",
    ]


@pytest.mark.parametrize(
    ("principle", "change", "taken"),
    [
        (Principle.PROBLEM, {"users": " "}, "no_users"),
        (Principle.PROBLEM, {"aim_lacks": ("The aim doesn’t say by when.",)}, "aim"),
        (Principle.PROBLEM, {"unheard": ("Family",)}, "unheard"),
        (Principle.PROBLEM, {"voice_measures": 0}, "no_voice"),
        (Principle.VARIATION, {"measured": 0}, "uncounted"),
        (Principle.VARIATION, {"measured": 11}, "unmeasured"),
        (Principle.VARIATION, {"newest_on": date(2025, 6, 1)}, "old"),
        (Principle.SYSTEM, {"without_idea": 1}, "no_ideas"),
        (Principle.SYSTEM, {"without_measure": 2, "silent": 3}, "no_driver_measure"),
        (Principle.SYSTEM, {"unheard": 1}, "unheard_teams"),
        (Principle.SYSTEM, {"silent": 1}, "silent"),
        (Principle.SYSTEM, {"initiatives": 0}, "no_initiatives"),
        (Principle.SYSTEM, {"sites_told": 3}, "untold_sites"),
        (Principle.MEASURE, {"outcome": 0}, "no_outcome"),
        (Principle.MEASURE, {"process": 0, "balancing": 0}, "no_process"),
        (Principle.MEASURE, {"balancing": 0, "late": 2}, "late"),
        (Principle.MEASURE, {"balancing": 0}, "no_balancing"),
        (Principle.INQUIRY, {"began": 0}, "no_cycles"),
        (Principle.INQUIRY, {"shares": tuple(share(key, "below") for key in SHARES)}, "below_prediction"),
        (Principle.LEARNING, {"open_askings": 1, "ideas": 0}, "open_askings"),
        (Principle.LEARNING, {"adoptions": 0}, "not_taken"),
        (Principle.LEARNING, {"asked": 0}, "no_asking"),
        (Principle.LEARNING, {"answered": 9}, "unanswered"),
    ],
)  # fmt: skip
def test_what_lacks_decides_the_step(principle: Principle, change: dict[str, Any], taken: str) -> None:
    part = replace(getattr(WHOLE, principle.value), **change)

    assert of(tell(replace(WHOLE, **{principle.value: part})), principle).taken.key == taken


@pytest.mark.parametrize(("above", "below", "taken"), [(2, 0, "bright"), (0, 1, "behind"), (1, 1, "bright")])
def test_schools_that_stand_out_are_asked_or_visited_and_never_counted_as_worse(
    above: int, below: int, taken: str
) -> None:
    assert WHOLE.variation.spread is not None
    part = replace(WHOLE.variation, spread=replace(WHOLE.variation.spread, above=above, below=below))

    assert of(tell(replace(WHOLE, variation=part)), Principle.VARIATION).taken.key == taken


def test_where_nothing_can_be_judged_nobody_is_said_not_to_differ() -> None:
    assert WHOLE.variation.spread is not None
    part = replace(WHOLE.variation, spread=replace(WHOLE.variation.spread, is_judged=False))

    assert "chance" not in keys(of(tell(replace(WHOLE, variation=part)), Principle.VARIATION))


def test_figures_age_only_while_they_could_be_counted() -> None:
    counted = replace(WHOLE.variation, newest_on=TODAY - timedelta(days=130))
    in_break = replace(WHOLE, variation=counted, as_of=TODAY - timedelta(days=20))

    assert is_old(counted.newest_on, TODAY)
    assert of(tell(in_break), Principle.VARIATION).taken.key == STEADY


def test_who_may_not_read_the_sums_is_told_so_and_asked_for_nothing() -> None:
    told = of(tell(replace(WHOLE, inquiry=InquiryFacts(is_read=False))), Principle.INQUIRY)

    assert (keys(told), told.asking) == (["unread"], 0)


@pytest.mark.parametrize("principle", list(Principle))
def test_every_rule_has_its_own_key_and_ends_with_keeping_on(principle: Principle) -> None:
    rules = rules_of(principle)

    assert rules[-1].key == STEADY
    assert len({rule.key for rule in rules}) == len(rules)
    assert all(rule.when and rule.then and rule.to for rule in rules)


def test_a_line_that_no_rule_is_for_is_a_mistake_of_ours() -> None:
    rules = (Rule(STEADY, "a", "b", "c"),)

    with pytest.raises(ValueError, match="No rule is for odd"):
        choose([Line("odd", "Odd.", asks=True)], rules)
    with pytest.raises(ValueError, match="keeping on"):
        choose([], ())


@pytest.mark.parametrize(
    ("due", "done", "late"),
    [(None, None, False), (1, None, False), (0, None, False), (-1, None, True), (-1, -1, False)],
)
def test_a_step_is_late_once_its_day_has_passed_undone(due: int | None, done: int | None, late: bool) -> None:
    def day(shift: int | None) -> date | None:
        return None if shift is None else TODAY + timedelta(days=shift)

    step = StepRow(None, 1, "measure", "Count", "", day(due), day(done), "")  # type: ignore[arg-type]  # no id needed

    assert step.is_late(TODAY) is late
