import pytest

from milestones.coach import coach


@pytest.mark.parametrize(
    ("sentence", "rewrite"),
    [
        (
            "By January 15, 80% of teachers will have used exit tickets.",
            "By January 15, [tool] will show that 80% of teachers are successfully using exit tickets",
        ),
        (
            "90% of coaches will plan lessons with a new teacher, as recorded in the coaching log.",
            "By [date], coaching log will show that 90% of coaches are successfully planning lessons with "
            "a new teacher",
        ),
        (
            "By May 1, each teacher will submit a unit plan, as shown by the plan log.",
            "By May 1, plan log will show that each teacher is successfully submitting a unit plan",
        ),
        (
            "By June, 70% of fifth graders will pass the reading test.",
            "By June, reading test will show that 70% of fifth graders pass the reading test",
        ),
        (
            "Chronic absenteeism will fall from 24% to 18%.",
            "By [date], chronic absenteeism will fall from 24% to 18%, as shown by [assessment or record]",
        ),
        ("Order decodable readers.", "By [date], [who] will order decodable readers"),
        (
            "The principal will share the plan on August 20.",
            "On August 20, the principal will share the plan",
        ),
        (
            "Award contract for the benefits portal",
            "By [date], award contract for the benefits portal, in order to [what it is for]",
        ),
        (
            "Promote a positive school climate.",
            "By [date], [tool] will show that [how many] of [who] are successfully [what they will be seen "
            "doing], in order to promote a positive school climate",
        ),
        (
            "Hold a meeting with partners",
            "By [date], hold a meeting with partners, in order to [what will be decided]",
        ),
        (
            "Conduct awareness training",
            "By [date], conduct awareness training for [how many] [who], in order to [what they will do "
            "afterwards]",
        ),
    ],
)
def test_the_frame_has_a_blank_for_what_is_missing(sentence: str, rewrite: str) -> None:
    assert coach(sentence).rewrite == rewrite


def test_a_milestone_in_the_frame_stays_as_it_is() -> None:
    sentence = (
        "By the end of the first quarter, an audit of daily lesson plans will show that 95% of teachers are "
        "successfully incorporating language objectives in their lesson plans"
    )

    assert coach(sentence).rewrite == sentence


@pytest.mark.parametrize(
    ("sentence", "rewrite"),
    [
        (
            "By May 2027, 18 of 20 teachers will bring student work.",
            "By May 2027, [tool] will show that 18 of 20 teachers are successfully bringing student work",
        ),
        (
            "Every month, each coach visits four classrooms.",
            "Every month, [tool] will show that each coach is successfully visiting four classrooms",
        ),
        (
            "To raise the mean score in grade 8 math to 2540.",
            "By [date], raise the mean score in grade 8 math to 2540, as shown by [assessment or record]",
        ),
        ("Use Title I money to hire a tutor.", "By [date], [who] will use Title I money to hire a tutor"),
        (
            "Bring the schedule to the March board meeting.",
            "By [date], [who] will bring the schedule to the March board meeting",
        ),
    ],
)
def test_a_rewrite_reads_as_a_sentence(sentence: str, rewrite: str) -> None:
    assert coach(sentence).rewrite == rewrite
