"""The change ideas of the demo and the drivers they work on."""

from dataclasses import dataclass
from datetime import timedelta

from cycles.models import ChangeIdea, Driver, IdeaDriver
from nic_platform.demo.builder import Builder, Row

# Primary drivers with their secondary ones.
DRIVERS = {
    "Plans that name the language": ("Objectives written with the content objective",),
    "Frequent checks of language use": (
        "A check that costs no planning time",
        "Minutes at the end of short blocks",
    ),
    "Coaching that looks at student work": ("Tickets on the table every week", "Coaching time that is kept"),
    "Every absence noticed": ("Contact on the same day", "An adult who knows the student"),
}


@dataclass(frozen=True)
class Idea:
    """A change that teams test: the strand it serves, its drivers, and how teams tend to decide on it."""

    key: str
    title: str
    line: str
    drivers: tuple[str, ...]
    decisions: tuple[int, int, int]  # adopted, adapted, abandoned
    change: str
    question: str
    unit: str
    learned: tuple[str, ...]
    core: str
    origin: str = ""


IDEAS = (
    Idea("stem", "One exit-ticket stem on the last slide", "ET", ("A check that costs no planning time",),
         (19, 9, 3),
         "One sentence stem on the last slide of each lesson; students finish it before they leave.",
         "On how many class-days is the ticket collected?", "class-days",
         ("One stem, not three: with three, students copy.", "On the slide, not on paper.",
          "Blocks under 45 minutes need a shorter item."),
         "One stem; on the last slide; collected every day.", "Alder Creek Elementary"),
    Idea("tickets", "Bring two tickets to coaching", "CA", ("Tickets on the table every week",), (6, 5, 1),
         "Each teacher brings two tickets, one that worked and one that didn't, to the weekly coaching "
         "meeting.",
         "In how many meetings are two tickets on the table?", "meetings",
         ("Two is enough; five take the whole meeting.",
          "Choose them the day before, or they are left in the room."),
         "Two tickets; chosen by the teacher; looked at before anything else."),
    Idea("timer", "Three-minute ticket timer in short blocks", "ET", ("Minutes at the end of short blocks",),
         (4, 4, 1),
         "A timer on the screen starts the ticket three minutes before the bell.",
         "In how many blocks does the ticket get its three minutes?", "blocks",
         ("The timer keeps the minutes; the stem still has to be visible.",
          "Students start it themselves after a week."),
         "A visible timer; three minutes; nothing after it."),
    Idea("swap", "Monday lesson-plan swap", "LO", ("Objectives written with the content objective",), (10, 8,
        4),
         "Two teachers swap Monday's plans and mark where the language objective is missing.",
         "How many swapped plans name a language objective?", "plans",
         ("Pairs across grades see more than pairs within one.",
          "Ten minutes are enough when the plan is one page."),
         "Two teachers; one plan each; before Monday's lesson."),
    Idea("door", "Objective on the door card", "LO", ("Objectives written with the content objective",), (3,
        6, 8),
         "The day's language objective stands on a card by the door.",
         "How many door cards name the language, not only the topic?", "cards",
         ("Cards go stale by Wednesday.", "Visitors read them; students seldom do."),
         "A card at eye level, changed daily."),
    Idea("bank", "Publisher’s exit-ticket bank", "ET", ("A check that costs no planning time",), (1, 3, 10),
         "Tickets come ready-made from the publisher's bank.", "How many tickets fit the day's objective?",
         "tickets",
         ("The items test the content, not the language.", "Finding one takes longer than writing one."),
         "Ready-made items, one a day."),
    Idea("slot", "A coaching slot that coverage can’t take", "CA", ("Coaching time that is kept",), (5, 4, 2),
         "Coaching is booked in first period, when fewest classes need cover.",
         "How many coaching meetings are held as planned?", "meetings",
         ("First period is called on least.", "A standing substitute beats any schedule."),
         "A fixed slot; nobody else may book it."),
    Idea("frames", "Sentence frames in the lesson plan", "LO",
         ("Objectives written with the content objective",),
         (7, 6, 3), "Each plan carries the frame students will use, written with the objective.",
         "How many plans carry a frame that students used?", "plans",
         ("Frames fade after four weeks, and should.", "Write the frame first, the objective follows."),
         "A frame in the plan; the same frame in the lesson."),
    Idea("gallery", "Two-minute ticket gallery", "CA", ("Tickets on the table every week",), (3, 3, 3),
         "The team lays all tickets out and sorts them in two minutes before talking.",
         "In how many meetings does sorting end within two minutes?", "meetings",
         ("Sorting first keeps the talk on the work.", "Three piles are plenty."),
         "All tickets; two minutes; three piles."),
    Idea("script", "The call script in four languages", "CALL", ("Contact on the same day",), (8, 4, 1),
         "Homeroom teachers call with a short script in the family's language.",
         "How many families are reached by 10 am?",
         "families", ("Text first, then call: twice as many answer.",
                      "The front office needs the list by 8:45."),
         "One script; the family's language; before 10 am."),
    Idea("list", "One absence list by 8:45", "CALL", ("Contact on the same day",), (6, 3, 1),
         "The front office shares one list at 8:45 instead of three.",
         "On how many days is the list out by 8:45?", "days",
         ("Buses that come late spoil the list; mark them.", "One owner, one place."),
         "One list; one owner; 8:45."),
    Idea("adult", "A named adult for each student at risk", "MEET", ("An adult who knows the student",), (5,
        5, 2),
         "Each student with three absences gets one adult who checks in within a week.",
         "How many check-ins happen within a week?", "check-ins",
         ("Advisors with more than eight students lose count.", "Lunch works better than homeroom."),
         "One adult; within a week; written in the tracker."),
    Idea("breakfast", "Breakfast check-in table", "MEET", ("An adult who knows the student",), (2, 3, 4),
         "A table at breakfast where students and advisors meet.", "How many of the invited students come?",
         "students",
         ("Those who most need it come on the late bus.",
          "Works in the two schools that serve breakfast in class."),
         "A table; two adults; every morning."),
)  # fmt: skip


def build_ideas(b: Builder) -> None:
    """Create the driver diagram and the library's change ideas, and the links between them."""
    at, by = b.days.at(b.days.starts_on - timedelta(days=38)), b.people["network_lead"]
    secondary: dict[str, int] = {}
    for place, (name, below) in enumerate(DRIVERS.items()):
        row: Row = {"parent_id": None, "position": place, "name": name, "description": ""}
        parent_id = b.add(Driver, [row], at=at, by=by)[0]
        rows = [
            {"parent_id": parent_id, "position": i, "name": n, "description": ""} for i, n in enumerate(below)
        ]
        secondary |= dict(zip(below, b.add(Driver, rows, at=at, by=by), strict=True))
    ideas = [_idea(b, idea) for idea in IDEAS]
    for idea, idea_id in zip(IDEAS, b.add(ChangeIdea, ideas, at=at, by=by), strict=True):
        b.ids[f"idea {idea.key}"] = idea_id
    links = [
        {"idea_id": b.ids[f"idea {idea.key}"], "driver_id": secondary[name], "is_strong": True}
        for idea in IDEAS
        for name in idea.drivers
    ]
    weak = (("timer", "A check that costs no planning time"), ("slot", "Tickets on the table every week"),
            ("script", "An adult who knows the student"))  # fmt: skip
    links += [
        {"idea_id": b.ids[f"idea {key}"], "driver_id": secondary[name], "is_strong": False}
        for key, name in weak
    ]
    b.add(IdeaDriver, links, at=at)


def _idea(b: Builder, idea: Idea) -> Row:
    return {
        "team_id": b.teams[idea.origin].id if idea.origin else None, "adopted_from_id": None,
        "title": idea.title,
        "description": idea.change, "core_parts": idea.core,
        "adaptable_parts": "Wording, grade, and who collects.",
        "is_shared": True,
    }  # fmt: skip
