"""What makes a milestone good or bad, in our own words, each with an example and its mend. Pure.

The characteristics are those of the federal deck on milestones in performance management and of Colorado's
guide to Implementation Milestones; every example is made up.
"""

from dataclasses import dataclass

from nic_platform.text import _


@dataclass(frozen=True)
class Good:
    """A characteristic to aim for: why, an example that has it, and which words show it."""

    code: str
    title: str
    why: str
    example: str
    shows: str


@dataclass(frozen=True)
class Bad:
    """A habit to drop: why, an example of it, what is asked, and the example mended.

    ``coach`` is the coach's code for it; the coach finds it in the example and not in the mend.
    """

    code: str
    title: str
    why: str
    example: str
    ask: str
    mend: str


def good() -> tuple[Good, ...]:
    """Return what a good milestone has, in the reader's language."""
    return (
        Good(
            "concise", _("Short enough to say aloud"),
            _("Whoever hears it once can repeat it. One action, one date, one result."),
            _("By October 15, every lead visits one classroom a week."),
            _("Ten words do; a second sentence would be a second milestone."),
        ),
        Good(
            "concrete", _("A concrete action of this quarter"),
            _("It says what people will do or have in place within the quarter, not what they hope for."),
            _("By December 19, open the shared lesson bank to all 31 schools."),
            _("“Open … to all 31 schools” can be seen on the day."),
        ),
        Good(
            "purpose", _("Tied to a result: in order to …"),
            _("The reader sees which strategy or outcome it serves, and can ask whether it does."),
            _("By November 7, move coaching to the first period in 12 schools, in order to keep it from "
              "being cancelled."),
            _("Without “in order to”, moving a timetable is only a task."),
        ),
        Good(
            "specific", _("Specific and measurable"),
            _("Who, what, how many: two people who look at the same evidence agree whether it was reached."),
            _("By February 13, a walk-through will show that 18 of 24 teachers post the day’s language "
              "objective."),
            _("18 of 24, and the walk-through is the tool."),
        ),
        Good(
            "actionable", _("In your hands"),
            _("Those who answer for it decide what it needs. What others decide is a barrier: send it up."),
            _("By January 16, the hub answers every question of its 14 schools within ten days."),
            _("The hub’s own promise, kept by the hub."),
        ),
        Good(
            "dated", _("Bound to a day"),
            _("It can be met, met late or missed. A month or a quarter is a day too: its last one."),
            _("By the end of the second quarter, 65% of teachers collect exit tickets every day."),
            _("The calendar knows when the second quarter ends."),
        ),
        Good(
            "plain", _("Free of jargon"),
            _("A parent on the school’s committee understands it without a glossary."),
            _("By March 6, each grade team looks at student writing together once a week."),
            _("No initials, no “leverage”, no “fidelity of implementation”."),
        ),
        Good(
            "impact", _("It says what will be different afterwards"),
            _("The best ones put a size to it, so that the quarter after can tell whether it was worth it."),
            _("By April 24, call home on the day of every absence in 20 schools, in order to cut chronic "
              "absence from 27% to 22%."),
            _("From 27% to 22%: the projected impact, with its starting point."),
        ),
    )  # fmt: skip


def bad() -> tuple[Bad, ...]:
    """Return what a milestone should not be, in the reader's language."""
    return (
        Bad(
            "progress_update", _("A progress update"),
            _("Looking at progress is what touchpoints are for. It changes nothing by itself."),
            _("Check the status of the goal."),
            _("What will people do differently by then, and how many of them?"),
            _("By January 30, 30 of 40 schools enter their exit-ticket counts every week, in order to see a "
              "drop within days."),
        ),
        Bad(
            "meeting_without_purpose", _("A meeting without a purpose"),
            _("People can meet without anything coming of it. Name what is decided or made."),
            _("Hold a meeting with the superintendents."),
            _("What will be decided, and what follows from it?"),
            _("By October 10, agree with the 14 superintendents on one protected coaching day a week, in "
              "order to keep 90% of coaching days."),
        ),
        Bad(
            "continuing", _("“Continue to …”"),
            _("What goes on as before can be neither reached nor missed."),
            _("Continue to support schools with literacy coaching."),
            _("What is more, better or new by the end of this quarter?"),
            _("By December 12, coach 45 teachers in two visits each, in order to raise daily exit tickets "
              "from 40% to 65% of classes."),
        ),
        Bad(
            "training_without_audience_or_result", _("Training for nobody in particular"),
            _("Who sits there, why, and what can they do afterwards? Attendance is no result."),
            _("Conduct awareness training."),
            _("Who is it for, and what will they do afterwards?"),
            _("By September 19, train 60 front-office staff to reach families the same morning, in order to "
              "make 80% of calls by 10 am."),
        ),
        Bad(
            "untargeted_outreach", _("Outreach to everybody"),
            _("Without a target group and a way to reach it, outreach can always be said to have happened."),
            _("Perform outreach to stakeholders."),
            _("Which people, in what way, and so that what happens?"),
            _("By November 21, visit 25 families of newly arrived students at home with an interpreter, in "
              "order to enrol 20 of them in the evening course."),
        ),
        Bad(
            "plan_to_plan", _("A plan to plan"),
            _("Getting ready belongs to the action steps behind a milestone."),
            _("Plan to launch the next phase of the roll-out."),
            _("What stands when the getting ready is over?"),
            _("By February 27, launch the second phase in 18 schools, in order to have every elementary "
              "school count by spring."),
        ),
        Bad(
            "goal_restated", _("The goal said again"),
            _("A goal says where to arrive; a milestone says which step is taken by when."),
            _("Achieve the goal."),
            _("Which step of this quarter brings it nearer?"),
            _("By March 13, 75% of grade teams plan one lesson a week from student writing, in order to "
              "reach the reading goal in May."),
        ),
        Bad(
            "report_without_use", _("A report that nobody asked for"),
            _("What does it hold, who reads it, what do they decide with it?"),
            _("Publish the quarterly report."),
            _("Who will do what with it?"),
            _("By April 15, publish which of 30 barriers were lifted and which were not, in order to let the "
              "board decide on next year’s waivers."),
        ),
        Bad(
            "vague", _("Words that fit anything"),
            _("“Improve”, “support”, “strengthen”: without who, what and how many nobody can be wrong."),
            _("Strengthen collaboration around data."),
            _("What would you see people doing?"),
            _("By January 23, all 9 grade teams bring last week’s counts to their meeting, in order to "
              "choose the next test from them."),
        ),
    )  # fmt: skip
