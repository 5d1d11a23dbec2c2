import pytest

from milestones.coach import Kind, coach


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Continue to support teachers with the new curriculum", "continuing"),
        ("The staff will continue to build positive relationships", "continuing"),
        ("Hold a monthly call with partners", "meeting_without_purpose"),
        ("Meet with senior management", "meeting_without_purpose"),
        ("Schedule regular team meetings", "meeting_without_purpose"),
        ("Provide training", "training_without_audience_or_result"),
        ("Offer workshops as needed", "training_without_audience_or_result"),
        ("Conduct outreach to the public", "untargeted_outreach"),
        ("Reach out to families", "untargeted_outreach"),
        ("Raise awareness among stakeholders", "untargeted_outreach"),
        ("Provide quarterly update", "progress_update"),
        ("Conduct a status review of the project", "progress_update"),
        ("Publish annual report", "progress_update"),
        ("Begin planning", "plan_to_plan"),
        ("Develop a plan to plan", "plan_to_plan"),
        ("Achieve the targets set out above", "goal_restated"),
        ("Meet our school's annual targets", "goal_restated"),
        ("Offer workshops to staff", "training_without_audience_or_result"),
        ("Publish a report", "report_without_content_or_use"),
        ("Foster a love of reading", "vague"),
        ("Plan to start the new project", "vague"),
    ],
)
def test_what_nobody_could_check_is_asked_about(sentence: str, code: str) -> None:
    reading = coach(sentence)

    assert reading.kind is Kind.NOT_MEASURABLE
    assert [problem.code for problem in reading.problems] == [code]
    assert reading.problems[0].sentence.count("?") + reading.problems[0].sentence.count(".") >= 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Hold a meeting with principals to agree on the dates of the walkthroughs",
        "Teachers will meet weekly to examine student work",
        "Conduct training for 40 mentors on giving feedback in order to keep first-year teachers",
        "Reach out by phone to the 30 families of chronically absent students to plan the way to school",
        "Publish a report that compares wait times of all regions so that directors can move staff",
        "By May 1, 80% of teams continue their data meetings without the coach.",
    ],
)
def test_purpose_audience_and_content_answer_the_question(sentence: str) -> None:
    assert coach(sentence).problems == ()


def test_jargon_is_told_beside_what_matters_more_with_its_own_words() -> None:
    reading = coach("Leverage synergies")

    assert [(one.code, one.words) for one in reading.problems] == [("jargon", "Leverage")]
    assert "“Leverage”" in reading.problems[0].sentence


def test_one_sentence_for_everything_is_asked_to_be_two() -> None:
    reading = coach("By May 1, 80% of teachers will " + "plan and teach and review and " * 12 + "share.")

    assert [one.code for one in reading.problems] == ["long"]


def test_what_is_good_is_said_too() -> None:
    reading = coach(
        "By October 1, lesson plan reviews will show that 60% of teachers post an exit ticket in order to "
        "regroup."
    )

    assert reading.praises == (
        "Date, number and tool are all there: anyone could check this.",
        "“In order to” says what it is for.",
        "Short and plain: one reading is enough.",
    )
    assert coach("Foster a love of reading in order to learn").praises == ()
