"""What the demo's teams raise, and what they are told: texts only."""

from dataclasses import dataclass
from random import Random

# How many items the network has raised so far.
ITEMS = 300


@dataclass(frozen=True)
class Topic:
    """One matter that teams raise, in their words."""

    title: str
    happens: str
    stops: str = ""
    affects: str = ""
    tried: str = ""
    asked_for: str = ""
    topic: str = ""
    line: str = ""


TEST_WINDOW = Topic(
    "iReady window overlaps the English proficiency test",
    "Both tests fall into the same weeks of January; we lose nine instructional days.",
    "Exit tickets and coaching in January", "Teachers of English learners", "Moved coaching to mornings",
    "One calendar for both tests", "assessment", "ET",
)  # fmt: skip
EXEMPLARS = Topic(
    "No language-objective exemplars for newcomers in grades 6–8",
    "Every sample we are sent is for elementary classrooms.",
    "Lesson plans in the middle grades", "Teachers of newcomers", "Wrote two of our own",
    "Five exemplars a subject",
    "materials", "LO",
)  # fmt: skip
PARAS = Topic(
    "Bilingual paraprofessional posts unfilled since August", "Two of our three posts are still open.",
    "Small groups during the language block", "Students at the beginning levels", "Posted twice",
    "A hiring bonus or a waiver",
    "staffing", "LO",
)  # fmt: skip
EXPORT = Topic(
    "Lesson-plan audit cannot be exported to the student system",
    "We type the same counts into two systems every Friday.",
    "An hour of coaching each week", "Coaches and data leads", "A spreadsheet in between", "One file format",
    "data", "LO",
)  # fmt: skip
TRAVEL = Topic(
    "Rural districts cannot send coaches to Tuesday training",
    "It is a six-hour drive and there is no substitute.",
    "Coaching starts without training", "Coaches", "Shared one seat between two schools", "Offer it by video",
    "training", "CA",
)  # fmt: skip
COVERAGE = Topic(
    "Coaches are pulled to cover classes on coaching days",
    "On nearly half of the planned days the coach covers a class.",
    "The coaching strand", "Teachers who are coached", "Moved meetings to first period",
    "Coaches exempt from cover on their days", "staffing", "CA",
)  # fmt: skip
WALKTHROUGH = Topic(
    "Walkthrough form has no place for exit tickets",
    "Visitors count posters, because that is what the form asks.",
    "Feedback that fits the strategy", "All teachers", "Wrote it in the margin", "One more line in the form",
    "tools", "ET",
)  # fmt: skip
SINGLE = (
    Topic("No shared planning slot for two grade teams", "Grades 4 and 5 plan at different hours.",
          "Plan swaps", "Six teachers",
          "Met after school, twice", "One common slot a week", "schedule", "LO"),
    Topic("Audit tool locked for grade leads", "Only administrators can enter the weekly count.",
          "Counts on time",
          "Grade leads", "Sent numbers by mail", "Access for two people", "tools", "LO"),
    Topic("Device carts are shared by three grades", "The cart is away on two of five days.",
          "Tickets on devices",
          "Grades 3–5", "Paper on the other days", "One more cart", "devices", "ET"),
    Topic("Buses arrive after the first bell", "Four routes come ten minutes late most days.",
          "Calls by 10 am", "60 students",
          "Marked the late list by hand", "A later cut-off or an earlier bus", "transport", "CALL"),
    Topic("No interpreter for calls home in two languages", "Nobody on staff speaks them.",
          "Calls on the same day",
          "45 families", "Asked neighbors", "A phone line with interpreters", "translation", "CALL"),
    Topic("Advisors have eighteen students each", "Check-ins do not fit into the week.",
          "Check-ins after three absences",
          "Advisors", "Met in groups", "Two more advisors, or a lower number", "staffing", "MEET"),
)  # fmt: skip
SOLUTIONS = (
    Topic("Stem slides shared with all K–3 schools",
          "One deck for each unit, with the stem on the last slide.", topic="materials",
          affects="All K–3 teachers", line="ET"),
    Topic("Standing substitute shared by two schools", "Two schools hire one substitute for coaching days.",
          topic="staffing",
          affects="Two coaches", line="CA"),
    Topic("Text before the call", "A text at 8:30 doubles how many families answer.", topic="families",
          affects="All families",
          line="CALL"),
)  # fmt: skip
SUCCESSES = (
    Topic("Every classroom of K–3 ends with a written sentence",
          "All collected tickets last week held a whole sentence.",
          topic="practice", affects="15 classrooms", line="ET"),
    Topic("Coaching held on all planned days for four weeks", "No meeting was lost since the new roster.",
          topic="coaching",
          affects="One coach, 12 teachers", line="CA"),
    Topic("Absences down on Mondays", "Monday absences fell since the check-in table moved.",
          topic="attendance",
          affects="All students", line="MEET"),
)  # fmt: skip
QUESTIONS = (
    Topic("May a grade team set its own coaching rhythm?",
          "Two grades would like two short meetings in place of one.",
          topic="rules", line="CA"),
    Topic("Who counts when two teachers share a class?", "Our count has 26 teachers and 24 classrooms.",
          topic="measures",
          line="ET"),
)  # fmt: skip
BY_KIND = {
    "barrier": (*SINGLE, EXEMPLARS, PARAS, EXPORT, TRAVEL),
    "solution": SOLUTIONS,
    "success": SUCCESSES,
    "question": QUESTIONS,
}


@dataclass(frozen=True)
class TopicTheme:
    """A theme of the State: the matter, who sent it, how long they have waited, what was answered.

    ``answer`` holds text, reason, what changes, and (month, day) of the answer and of its start.
    """

    key: str
    number: int
    title: str
    summary: str
    owner: str
    power: str
    topic: Topic
    sites: int
    districts: int
    count: int
    oldest: int
    late: int
    answer: tuple[str, str, str, tuple[int, int], tuple[int, int]] | None = None

    def ages(self, rng: Random) -> list[int]:
        """Return how many days each item has been with the State; so many of them past the promised 21."""
        found = [rng.randint(0, 20) for _ in range(self.count - self.late)]
        found += [rng.randint(22, self.oldest) for _ in range(self.late)]
        found[-1] = self.oldest
        return found


MEMO = (
    "ELD funds may now pay for a standing substitute, and coaches are exempt from emergency cover on "
    "scheduled "
    "coaching days."
)
FORM = "The walkthrough form asks for exit tickets from now on; the old form is withdrawn."
CALENDAR = (
    "Both assessments move into one window with a week between them. Comments until the end of the month."
)
THEMES = (
    TopicTheme("T-11", 11, "Walkthrough form has no place for exit tickets",
               "Visitors count what the form asks.", "Curriculum",
               "In our power: the form", WALKTHROUGH, 19, 7, 19, 60, 0,
               (FORM, "Nineteen schools asked.", "guidance", (2, 3), (2, 3))),
    TopicTheme("T-14", 14, "Coaching time lost to covering classes",
               "Coaches cover classes on coaching days.",
               "Educator Talent, R. Baptiste", "In our power: the fund rule", COVERAGE, 33, 8, 35, 48, 0,
               (MEMO, "The fund rule stood in the way; the budget office agreed.", "policy", (2, 17), (2,
                   23))),
    TopicTheme("T-17", 17, "iReady window collides with the English proficiency test",
               "We lose nine instructional days to two tests in January.", "Assessment, M. Lindqvist",
               "In our power: test calendar", TEST_WINDOW, 37, 9, 40, 44, 12),
    TopicTheme("T-19", 19, "No language-objective exemplars for grades 6–8 newcomers",
               "Every sample we are sent is for elementary classrooms.", "", "Needs an owner", EXEMPLARS, 22,
               8, 23, 31, 5),
    TopicTheme("T-22", 22, "Bilingual paraprofessional posts unfilled since August",
               "Two of our three posts are still open.",
               "Educator Talent, R. Baptiste", "Not ours alone: needs the budget office", PARAS, 17, 7, 17,
               38, 4),
    TopicTheme("T-21", 21, "Lesson-plan audit cannot be exported to the student system",
               "We type the same counts into two systems every Friday.", "Data Services, R. Ferrante",
               "In our power: file format", EXPORT, 14, 4, 15, 19, 0),
    TopicTheme("T-24", 24, "Rural districts cannot send coaches to Tuesday training",
               "It is a six-hour drive and there is no substitute.", "Regional Support, A. Whitaker",
               "In our power: offer it by video", TRAVEL, 12, 7, 12, 16, 0),
)  # fmt: skip

LIFTED = (
    "Several of our schools say the same. The rule is not ours to change.",
    "We can move schedules; the money has to come from you.",
    "We tried what a district can. Please look at it together with the others.",
)
ASKED = (
    "Which days were lost, and who covered?",
    "Is this the same at the middle school?",
    "How many students would it touch?",
)
DECLINED = (
    "The contract does not let us; it is open again next spring.",
    "We looked at the cost and can't carry it this year.",
)
THANKED = (
    "Thank you. It goes into the next deck for all schools.",
    "Passed on to the network with your name.",
)
CONFIRMED = (
    "It works since Monday.",
    "Yes. Nothing was lost in the last two weeks.",
    "Solved; thank you for the quick answer.",
)
NOT_LIFTED = ("The memo is here, but there is no substitute to hire.", "Nothing has changed on our days.")
HUB_ANSWERS = (
    ("Access given to two people in every grade.", "resource"),
    ("A common planning slot stands in the calendar from next week.", "policy"),
    ("Use the shared cart list; the library holds one more cart.", "guidance"),
    ("You may count classrooms in place of teachers; write it in the note.", "waiver"),
    ("We can't change this before summer, and here is why: routes are fixed by contract.", "none"),
)
