from dataclasses import replace
from datetime import date

import pytest

from measures.rules import MeasureType
from milestones.coach import Calendar, Kind, Reading, coach
from milestones.drafting import As, advise, advise_words, filled, spoken, taken, type_of, values_of
from milestones.sentence import Frame, Part, parts, sentence

YEAR = Calendar(date(2025, 9, 1), date(2025, 8, 18), date(2026, 5, 29))
STRONG = (
    "By September 15, an audit of daily lesson plans will show that 70% of teachers are successfully "
    "incorporating language objectives into their daily lesson plans."
)
FULL = Frame(
    what="incorporating language objectives into their daily lesson plans", who="teachers",
    tool="an audit of daily lesson plans", due_on=date(2025, 9, 15), target=70.0,
)  # fmt: skip


def reading(**more: object) -> Reading:
    told: dict[str, object] = {
        "text": "By May 1, 12 coaches keep a log", "kind": Kind.MILESTONE, "because": "",
        "parts": {"what": "keep a log", "who": "coaches", "when": "By May 1", "target": "12"},
        "due_on": date(2026, 5, 1), "target": 12.0, "target_unit": "count",
    }  # fmt: skip
    return Reading(**(told | more))  # type: ignore[arg-type]  # any of its fields


def test_the_parts_of_the_guides_example_fill_the_frame() -> None:
    values = values_of(coach(STRONG, YEAR))

    assert values["due_on"] == date(2025, 9, 15)
    assert values["target"] == 70
    assert values["who"] == "teachers"
    assert "audit of daily lesson plans" in values["tool"]
    assert "language objectives" in values["what"]


def test_the_purpose_comes_without_the_words_that_the_frame_has() -> None:
    values = values_of(coach(f"{STRONG[:-1]} in order to help every student read.", YEAR))

    assert values["purpose"] == "help every student read"


def test_a_rhythm_begins_on_its_day() -> None:
    values = dict(taken(reading(begins_on=date(2025, 8, 15), due_on=None, frequency="every week")))

    assert (values["timing"], values["begins_on"], values["frequency"]) == (
        "from",
        "2025-08-15",
        "every week",
    )
    assert "due_on" not in values


def test_blanks_in_brackets_are_no_words() -> None:
    values = values_of(reading(parts={"what": "keeping a log", "who": "[who]", "how": "[tool]"}))

    assert values["what"] == "keeping a log"
    assert "who" not in values
    assert "tool" not in values


def test_a_sentence_without_parts_is_kept_whole() -> None:
    assert values_of(reading(text="Do better", parts={}, due_on=None, target=None)) == {"what": "Do better"}


def test_what_was_typed_stays_and_what_is_empty_is_filled() -> None:
    frame = filled(Frame(who="lead teachers"), reading())

    assert frame == Frame(
        what="keep a log", who="lead teachers", due_on=date(2026, 5, 1), target=12.0, type=MeasureType.COUNT
    )
    assert type_of(reading()) is MeasureType.COUNT


def test_a_day_that_was_typed_is_not_mixed_with_the_sentences() -> None:
    frame = filled(Frame(due_on=date(2026, 3, 1)), reading(begins_on=date(2026, 1, 5), frequency="weekly"))

    assert (frame.due_on, frame.begins_on, frame.frequency) == (date(2026, 3, 1), None, "")


def test_the_coach_and_the_frame_say_the_same_of_a_sentence() -> None:
    from_fields = advise(FULL, "", YEAR)
    from_line = advise(Frame(), STRONG, YEAR)

    assert from_fields.found == parts(FULL)
    assert [part.is_there for part in from_line.found] == [part.is_there for part in from_fields.found]
    assert from_fields.sentence == sentence(FULL)
    assert from_fields.verdict == "A strong milestone. Anyone could tell whether it was met."


def test_what_is_spoken_has_no_blanks() -> None:
    assert spoken(Frame()) == ""
    assert "[" not in spoken(Frame(what="keeping a log"))


def test_what_only_leads_up_to_a_blank_is_left_out_with_it() -> None:
    frame = Frame(what="keeping a log", who="new coaches")
    assert spoken(frame) == "New coaches are successfully keeping a log"


def test_nothing_typed_is_no_failure() -> None:
    advice = advise(Frame(), "", YEAR)

    assert advice.is_open
    assert {part.part for part in advice.found} == set(Part)
    assert not any(part.is_there for part in advice.found)


def test_a_missing_tool_only_warns() -> None:
    assert advise(replace(FULL, tool=""), "", YEAR).verdict.startswith("Everything is here but the tool")


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        (
            "By December 15, student performance on iReady will show that 35% of students who initially "
            "tested below grade level will have reached proficiency.",
            As.TARGET,
        ),
        ("A progress monitoring tracking system will be rolled out to all teachers on August 25th.", As.STEP),
        (STRONG, None),
    ],
)
def test_what_is_no_milestone_is_offered_as_what_it_is(text: str, offer: As | None) -> None:
    assert advise(Frame(), text, YEAR).offer is offer


def test_a_thing_with_its_test_is_a_milestone_whatever_it_sounds_like() -> None:
    frame = Frame(
        what="a shared schedule", due_on=date(2026, 3, 1), is_deliverable=True, acceptance_test="all use it"
    )

    assert advise(frame, "", YEAR).offer is None


def test_a_target_that_is_a_milestone_is_offered_as_one() -> None:
    assert advise_words(STRONG, YEAR, writing=As.TARGET).offer is As.MILESTONE
    assert advise_words("", YEAR, writing=As.TARGET).is_open
