"""Alder Creek's fifteen cycles in seven ramps, as the team wrote them."""

from dataclasses import dataclass

_Day = tuple[int, int]


@dataclass(frozen=True)
class Asked:
    """A question with what the team expected and, later, what happened."""

    question: str
    expected: str
    because: str = ""
    number: float | None = None
    low: float | None = None
    high: float | None = None
    out_of: float | None = None
    unit: str = ""
    result: str = ""
    got: float | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Told:
    """One cycle; days are those of the story."""

    starts: _Day
    ends: _Day | None
    stage: str
    scale: str
    size: int
    who: str = ""
    where: str = ""
    title: str = ""
    aim: str = ""
    change: str = ""
    data: str = ""
    carried: str = ""
    questions: tuple[Asked, ...] = ()
    observations: str = ""
    surprises: str = ""
    learned: str = ""
    decision: str = ""
    next_step: str = ""
    shared: bool = False
    data_who: str = ""
    departures: str = ""
    measure: str = ""  # its own, where the strand's does not tell
    grew_from: int = 0  # the number of the cycle that it grew out of; 0 for the one before


@dataclass(frozen=True)
class ToldRamp:
    """One idea's cycles at Alder Creek; ``idea`` is the library's key, empty for the team's own."""

    idea: str
    line: str
    title: str
    aim: str
    change: str
    belief: str
    cycles: tuple[Told, ...]


def _days(
    expected: float, total: float, result: str = "", got: float | None = None, verdict: str = ""
) -> Asked:
    spread = max(1.0, round(total * 0.1))
    return Asked(
        "On how many class-days was the ticket collected?", f"{expected:.0f} of {total:.0f}", "", expected,
        expected - spread,
        min(total, expected + spread), total, "class-days", result, got, verdict,
    )  # fmt: skip


STEM = ToldRamp(
    "stem", "ET", "One exit-ticket stem on the last slide",
    "If every lesson ends with one visible stem, teachers will check the language objective daily, because "
    "the check costs no "
    "planning time.",
    "One sentence stem on the last slide of each lesson.", "high",
    (
        Told((10, 6), (10, 17), "closed", "teacher", 1, "One grade 2 class", "Grade 2", shared=True,
             questions=(_days(4, 5, "5 of 5", 5.0, "held"),),
             observations="Collected every day; students copied the stems.",
             learned="Three stems were too many; students copied instead of writing. Cut to one.",
             decision="adapt",
             next_step="One stem in place of three."),
        Told((10, 20), (10, 31), "closed", "teacher", 3, "Grades 2–3, three classes", "Grades 2–3",
             shared=True,
             questions=(_days(12, 15, "12 of 15", 12.0, "held"),),
             observations="Where the stem was on paper it was forgotten.",
             learned="Worked where the stem was already on the last slide; forgotten where it was on paper.",
             decision="adapt",
             next_step="On the slide only, in eight classes."),
        Told((11, 10), (12, 12), "closed", "grade", 8, "Grades K–3, eight classes", "Grades K–3", shared=True,
             questions=(_days(128, 160, "137 of 160", 137.0, "held"),),
             observations="No reminders after the second week.",
             learned="One stem on the last slide holds without reminders. Standard practice in K–3.",
             decision="adopt",
             next_step="Routine in K–3; try grades 4–5 next."),
        Told((1, 12), (1, 30), "closed", "teacher", 2, "Grades 4–5, two classes", "Grades 4–5",
             questions=(_days(8, 10, "4 of 10", 4.0, "not_held"),),
             observations="The bell came before the ticket.", grew_from=2,
             departures="Two of ten lessons ended early for the screener.",
             learned="Departmentalized 42-minute blocks end before the ticket. The stem is fine; the minutes "
                     "are missing.",
             decision="adapt", next_step="A one-item ticket with a timer."),
        Told((2, 9), (2, 24), "study", "teacher", 3, "Three grade 4–5 teachers, all sections", "Grades 4–5",
             title="One-item exit ticket, grades 4–5",
             aim="Can a one-item ticket fit the last three minutes of a 42-minute block?",
             change="One question on the last slide, answered on the student’s device, with a three-minute "
                    "timer.",
             data="Linh Tran, from the slide export, every Friday",
             carried="Departmentalized 42-minute blocks end before the ticket. The stem is fine; the minutes "
                     "are missing.",
             questions=(
                 Asked("On how many class-days was the ticket collected?", "75%",
                       "tight, but the timer helps", 25.0, 22.0, 28.0,
                       33.0, "class-days"),
                 Asked("How many students answered in a full sentence?", "60%", "", 58.0, 50.0, 66.0, 96.0,
                       "students"),
                 Asked("How many minutes did it take?", "3 minutes", "", 3.0, 2.0, 4.0, None, "minutes"),
             ),
             observations="Ran as planned on 33 class-days. Students liked the timer. When the stem was not "
                          "visible while typing, "
             "many answers were single words; from Feb 19 it stood inside the answer box.",
             surprises="Two fire drills; one device cart missing for a day.", measure="own sentences",
             data_who="Linh Tran",
             departures="From Feb 19 the stem stood inside the answer box; one section missed a day for want "
                        "of its device cart."),
    ),
)  # fmt: skip
RAMPS = (
    STEM,
    ToldRamp(
        "tickets", "CA", "Bring two tickets to coaching",
        "If two tickets lie on the table, coaching talks about what students wrote.",
        "Each teacher brings two tickets, one that worked and one that didn’t.", "medium",
        (
            Told((1, 14), (2, 4), "closed", "teacher", 3, "Three teachers", "Grades 1–3",
                 learned="Choose them the day before.",
                 questions=(Asked("In how many meetings are two tickets on the table?", "6 of 9", "", 6.0,
                                  5.0, 7.0, 9.0, "meetings",
                                  "5 of 9", 5.0, "held"),), observations="Four meetings were lost to cover.",
                                  decision="adapt",
                 next_step="Six teachers; tickets chosen on Monday."),
            Told((2, 11), (3, 4), "do", "grade", 6, "Six teachers", "Grades 1–3",
                 carried="Choose them the day before.",
                 questions=(Asked("In how many meetings are two tickets on the table?", "14 of 18",
                                  "they are chosen on Monday",
                                  14.0, 12.0, 16.0, 18.0, "meetings"),),
                                  observations="First week: all six brought two.",
                 data="Meetings with two tickets on the table", data_who="Tobias Okafor"),
        ),
    ),
    ToldRamp(
        "swap", "LO", "Monday lesson-plan swap",
        "If someone else reads the plan, the objective gets written.",
        "Two teachers swap Monday’s plans and mark where the objective is missing.", "medium",
        (Told((2, 9), (2, 27), "do", "teacher", 2, "Two teachers", "Grades 3 and 4",
              questions=(Asked("How many swapped plans name a language objective?", "5 of 6", "", 5.0, 4.0,
                               6.0, 6.0, "plans"),)),),
    ),
    ToldRamp(
        "door", "LO", "Objective on the door card", "If the objective is seen, it is taught.",
        "The day’s language objective stands on a card by the door.", "low",
        (
            Told((11, 3), (11, 14), "closed", "teacher", 2, "Two classes", "Grade 1",
                 observations="All cards were up on Monday; four were still right on Friday.",
                 questions=(Asked("How many of ten cards are right on Friday?", "7 of 10", "", 7.0, 6.0, 9.0,
                                  10.0, "cards", "4 of 10", 4.0, "partly"),),
                 learned="Cards go stale by Wednesday.",
                 decision="adapt", next_step="Students change the card."),
            Told((12, 1), (12, 12), "closed", "teacher", 4, "Four classes", "Grades 1–2", decision="adapt",
                 observations="Two students in each class change the card before the bell.",
                 questions=(Asked("How many of 20 cards are right on Friday?", "15 of 20", "", 15.0, 13.0,
                                  17.0, 20.0, "cards", "16 of 20", 16.0, "held"),),
                 learned="Students change it when it is their job.", next_step="A card duty in six classes."),
            Told((1, 26), (3, 5), "act", "grade", 6, "Six classes", "Grades 1–2",
                 observations="Read by visitors, seldom by students.",
                 learned="The card is kept; the lesson does not use it.",
                 questions=(Asked("How many cards name the language?", "20 of 24", "", 20.0, 18.0, 22.0, 24.0,
                                  "cards", "21 of 24",
                                  21.0, "held"),)),
        ),
    ),
    ToldRamp(
        "", "CA", "A coaching slot that coverage can’t take",
        "If coaching is in first period, it is not taken for cover.",
        "Coaching is booked in first period, when fewest classes need cover.", "medium",
        (Told((3, 2), (3, 13), "plan", "teacher", 2, "Two teachers", "Grades 4–5"),),
    ),
    ToldRamp(
        "bank", "ET", "Publisher’s exit-ticket bank", "If tickets are ready-made, they get used.",
        "Tickets come ready-made from the publisher’s bank.", "medium",
        (
            Told((10, 13), (10, 24), "closed", "teacher", 1, "One class", "Grade 3", decision="adapt",
                 observations="Six minutes of looking for one item, on most days.",
                 questions=(Asked("How many minutes does it take to find an item?", "3 minutes", "", 3.0, 2.0,
                                  4.0, None, "minutes", "6 minutes", 6.0, "not_held"),),
                 learned="Finding a fitting item takes longer than writing one.",
                 next_step="Two classes, items chosen ahead."),
            Told((11, 3), (11, 21), "closed", "teacher", 2, "Two classes", "Grade 3", decision="abandon",
                 shared=True,
                 observations="Right answers, in single words.",
                 questions=(Asked("On how many class-days was an item used?", "16 of 20", "", 16.0, 13.0,
                                  18.0, 20.0, "class-days", "14 of 20", 14.0, "held"),),
                 learned="The items test the content, not the language.",
                 next_step="Stop; keep the lesson for others."),
        ),
    ),
    ToldRamp(
        "frames", "LO", "Objectives written in planning period",
        "If the objective is written in planning time, it is in the plan.",
        "The first five minutes of planning go to the objective.", "high",
        (
            Told((9, 24), (10, 3), "closed", "teacher", 2, "Two teachers", "Grade 2", decision="adapt",
                 observations="Both wrote it every day, in pairs.",
                 questions=(Asked("In how many of ten plans is the objective written?", "8 of 10", "", 8.0,
                                  6.0, 10.0, 10.0, "plans", "9 of 10", 9.0, "held"),),
                 learned="Pairs keep it up.",
                 next_step="Whole grade teams."),
            Told((10, 6), (10, 24), "closed", "school", 20, "All grade teams", "K–5", decision="adopt",
                 shared=True,
                 observations="Every grade team had written it by the third meeting.",
                 questions=(Asked("How many of 20 teachers write it each day?", "16 of 20",
                                  "the frames are on the wall", 16.0, 14.0, 18.0, 20.0, "teachers",
                                  "18 of 20", 18.0, "held"),),
                 learned="Five minutes are enough once frames are at hand.",
                 next_step="Routine in every planning period."),
        ),
    ),
)  # fmt: skip
