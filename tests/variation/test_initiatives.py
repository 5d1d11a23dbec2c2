"""What is asked of initiatives, what two of them share, what stands beside a result, who may write."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import MeasureType
from nic_platform import exporting, importing, tabular
from nic_platform.actor import Actor, TeamRole
from variation import alongside, initiative_table, initiatives, seats
from variation.alongside import Figure, Finding
from variation.initiatives import Overlap, Said
from variation.seats import Seat


def test_the_source_questions_stay_open_until_the_records_answer_them() -> None:
    nothing = initiatives.questions("Own school", [], 0)
    whole = Said(1, "Nights", frozenset({"Words"}), "logs", "grade 3", 5, "better", "logs say so", "Ana")
    answered = initiatives.questions("Own school", [whole], 0)

    assert [each.is_open for each in nothing] == [True, True, True, True, True, False]
    assert [each.is_open for each in answered] == [False] * 6
    assert "Own school" in nothing[0].words


def test_an_outcome_without_evidence_keeps_its_question_open() -> None:
    said = Said(1, "Nights", collects="logs", aspects=5, outcome="same", owner="Ana")

    question = initiatives.questions("Own school", [said], 0)[2]

    assert question.is_open
    assert question.answer == "1 of 1 say so. 1 of them without evidence."


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("Attendance data, reading logs", "daily attendance", ("Attendance data",)),
        ("climate survey", "exit tickets", ()),
        ("the data", "our data", ()),  # words that tell nothing
        ("grade 3 teachers and family liaison", "Family liaisons", ("family liaison",)),
        ("", "logs", ()),
    ],
)
def test_shared_words_are_phrases_with_the_same_telling_words(
    first: str, second: str, shared: tuple[str, ...]
) -> None:
    assert initiatives.shared_words(first, second) == shared


@given(st.text(max_size=40), st.text(max_size=40))
def test_sharing_goes_both_ways(first: str, second: str) -> None:
    assert bool(initiatives.shared_words(first, second)) == bool(initiatives.shared_words(second, first))


def test_pairs_are_told_where_both_are_in_place_or_somebody_noted_them() -> None:
    one, two, three = (Said(key, f"I{key}", frozenset({"D"} if key < 3 else ())) for key in (1, 2, 3))

    found = initiatives.overlaps([three, one, two], {(1, 2): 4}, {(2, 3): {"conflict": 1}})

    assert [(pair.first.key, pair.second.key, pair.places) for pair in found] == [(1, 2, 4), (2, 3, 0)]
    assert found[0] == Overlap(one, two, 4, (initiatives.Sign("drivers", ("D",)),), {})
    assert found[1].notes == {"conflict": 1}


# ---------------------------------------------------------------- beside a result


def _sites(first: int, count: int, share: int) -> list[Figure]:
    return [Figure(site, share + site % 3, 100) for site in range(first, first + count)]


def test_a_difference_between_sites_with_and_without_is_told_with_its_interval() -> None:
    figures = _sites(0, 8, 70) + _sites(8, 8, 40)
    places = {1: list(range(8))}

    (found,) = alongside.beside(MeasureType.PROPORTION, figures, {1: "Nights"}, places, range(16))

    assert (found.with_it, found.without, found.untold) == (8, 8, 0)
    assert found.finding is Finding.DIFFERENT
    assert found.difference == pytest.approx(30, abs=1)
    assert found.low is not None
    assert found.low > 20
    assert "caused" in alongside.lede([found])


def test_under_five_sites_on_a_side_nothing_is_estimated() -> None:
    figures = _sites(0, 4, 70) + _sites(8, 8, 40)

    (found,) = alongside.beside(MeasureType.PROPORTION, figures, {1: "Nights"}, {1: range(4)}, range(16))

    assert found.finding is Finding.TOO_FEW
    assert (found.difference, found.low, found.high) == (None, None, None)
    assert alongside.sentence(found, is_percent=True).startswith("Not estimated")


def test_a_site_that_keeps_no_inventory_is_not_one_without_the_initiative() -> None:
    figures = _sites(0, 6, 70) + _sites(8, 8, 40)

    (found,) = alongside.beside(MeasureType.PROPORTION, figures, {1: "Nights"}, {1: range(6)}, range(12))

    assert (found.with_it, found.without, found.untold) == (6, 4, 4)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(50, 90)), min_size=10, max_size=14),
    st.sampled_from([MeasureType.PROPORTION, MeasureType.RATE]),
)
def test_nothing_is_estimated_twice_as_sure_by_naming_sides_the_other_way(
    counts: list[tuple[int, int]], kind: MeasureType
) -> None:
    figures = [Figure(at, float(count), float(of)) for at, (count, of) in enumerate(counts)]
    half, everybody = set(range(5)), set(range(len(counts)))

    one, other = (
        alongside.beside(kind, figures, {1: "A"}, {1: side}, everybody)[0]
        for side in (half, everybody - half)
    )

    if one.difference is not None and other.difference is not None:
        assert one.difference == pytest.approx(-other.difference, rel=1e-3, abs=1e-6)
        assert one.high == pytest.approx(-(other.low or 0), rel=1e-3, abs=1e-6)


# ---------------------------------------------------------------- who writes


@pytest.mark.parametrize(
    ("seat", "keeper", "may"),
    [
        (Seat(here=frozenset({1}), homes=frozenset({1})), 1, True),
        (Seat(here=frozenset({1}), homes=frozenset({1})), 9, True),  # what the hub wrote of our site
        (Seat(hubs=frozenset({9}), homes=frozenset({1})), 1, False),  # the site's own record
        (Seat(hubs=frozenset({9}), homes=frozenset({1})), 9, True),
        (Seat(hubs=frozenset({9})), None, True),
        (Seat(homes=frozenset({1}), runs_network=True), 1, True),
        (Seat(homes=frozenset({1})), 1, False),
    ],
)
def test_a_sites_own_record_is_its_own(seat: Seat, keeper: int | None, may: bool) -> None:
    assert seats.can_edit(seat, keeper) is may


def test_an_initiative_that_others_use_is_changed_by_network_leads_only() -> None:
    member = Actor(1, roles={5: TeamRole.MEMBER})

    assert seats.can_edit_named(member, frozenset({5}), is_used_elsewhere=False)
    assert not seats.can_edit_named(member, frozenset({5}), is_used_elsewhere=True)
    assert not seats.can_edit_named(
        Actor(1, roles={5: TeamRole.COACH}), frozenset({5}), is_used_elsewhere=False
    )


# ---------------------------------------------------------------- tables

REGISTER = initiative_table.Register(
    [initiative_table.KnownSite(1, "Own school", "school", ("0880-1",)),
     initiative_table.KnownSite(2, "Hub", "district")],
    ["Nights"],
    {("nights", 1, "school"): initiative_table.KnownPlace(7, {"outcome": "same", "evidence": ""}),
     ("nights", 2, "district"): initiative_table.KnownPlace(8, {"outcome": ""}, is_held=True)},
)  # fmt: skip


def _plan(*rows: dict[str, str]) -> initiative_table.Plan:
    keys = [target.key for target in initiative_table.targets()]
    labels = {target.key: target.label for target in initiative_table.targets()}
    table = tabular.Table(
        "a.csv", tuple(labels.values()), [[row.get(key, "") for key in keys] for row in rows]
    )
    checked = importing.check(table, labels, initiative_table.targets())
    return initiative_table.make_plan(checked.values, checked.problems, REGISTER, len(rows))


def test_rows_become_new_changed_and_unchanged_records() -> None:
    plan = _plan(
        {"initiative": "nights", "place": "0880-1", "outcome": "Better"},
        {"initiative": "Nights", "place": "Own school", "level": "state", "starts_on": "2/4/2026"},
        {"initiative": "Mentors", "place": "own  school", "level": "district"},
    )

    assert plan.problems == []
    assert [(each.place_id, each.values) for each in plan.changed] == [(7, {"outcome": "better"})]
    assert [(each.name, each.site_id, each.level) for each in plan.new] == [
        ("Nights", 1, "state"), ("Mentors", 1, "district"),
    ]  # fmt: skip
    assert plan.new[0].values == {"starts_on": date(2026, 2, 4)}
    assert plan.names == {"mentors"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"initiative": "A", "place": "Elsewhere"}, "You write for no place"),
        ({"initiative": "A", "place": "Own school", "level": "galaxy"}, "Write school, district"),
        ({"initiative": "A", "place": "Own school", "outcome": "great"}, "better, same or worse"),
        ({"initiative": "A", "place": "Own school", "decision": "stop"}, "needs its reason"),
        (
            {"initiative": "A", "place": "Own school", "starts_on": "2026-02-01", "ends_on": "2026-01-01"},
            "ends",
        ),
        ({"initiative": "Nights", "place": "Hub"}, "own team keeps"),
        ({"place": "Own school"}, "missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_mend(row: dict[str, str], words: str) -> None:
    plan = _plan(row)

    assert [words in problem.sentence for problem in plan.problems] == [True]
    assert (plan.new, plan.changed) == ([], [])


def test_the_same_record_twice_in_a_file_is_refused() -> None:
    plan = _plan({"initiative": "A", "place": "Own school"}, {"initiative": "a", "place": "0880-1"})

    assert [problem.sentence for problem in plan.problems] == [
        "Row 2 has the same initiative, place and level. Put them together."
    ]


def test_a_table_taken_away_is_read_as_it_was() -> None:
    header = [target.label for target in initiative_table.targets()]

    assert importing.propose(header, initiative_table.targets()) == {
        target.key: target.label for target in initiative_table.targets()
    }
    assert exporting.quiet("=cmd") == "'=cmd"
