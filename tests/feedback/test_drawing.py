from dataclasses import dataclass
from datetime import UTC, date, datetime

from feedback import drawing
from nic_platform.actor import Level
from teams.breaks import breaks_from


@dataclass
class Step:
    team: str
    level: Level
    reached_at: datetime
    left_at: datetime | None = None
    act: str = ""
    words: str = ""
    person: str | None = "Somebody"
    promised_on: date | None = None
    audience: str = "track"
    is_kept: bool = False


def at(day: int) -> datetime:
    return datetime(2026, 2, day, 19, tzinfo=UTC)


STEPS = [
    Step("School", Level.SCHOOL, at(1), at(2), "sent"),
    Step("Hub", Level.DISTRICT, at(2), at(9), "lifted", "Six schools", promised_on=date(2026, 2, 7)),
    Step("State", Level.STATE, at(9), promised_on=date(2026, 2, 28)),
]
TODAY, ZONE = date(2026, 2, 20), "America/Denver"


def test_lines_count_days_promises_and_lateness() -> None:
    lines = drawing.lines(STEPS, TODAY, ZONE)

    assert [(line.days, line.promised, line.late) for line in lines] == [(1, None, 0), (7, 5, 2), (11, 19, 0)]
    assert drawing.lateness(lines) == [("Hub", 2)]
    assert drawing.finding(STEPS, lines) == "19 days, 2 hand-offs, no answer yet"


def test_legs_end_today_where_the_item_still_is() -> None:
    assert [(leg.level, leg.end) for leg in drawing.legs(STEPS, TODAY, ZONE)] == [
        ("school", date(2026, 2, 2)), ("district", date(2026, 2, 9)), ("state", TODAY)
    ]  # fmt: skip


def test_the_sending_says_what_happens() -> None:
    entries = drawing.conversation(STEPS, [], "On 5 of 12 days")

    assert [(entry.team, entry.act, entry.text) for entry in entries] == [
        ("Hub", "Lifted further", "Six schools"), ("School", "Raised", "On 5 of 12 days")
    ]  # fmt: skip


def test_an_act_stands_with_the_team_that_did_it() -> None:
    dropped = [*STEPS[:1], Step("Hub", Level.DISTRICT, at(2), at(3), "dropped", "Solved itself")]
    taken = [*STEPS[:1], Step("Hub", Level.DISTRICT, at(2), at(9), "taken"), STEPS[2]]

    assert drawing.conversation(dropped, [], "")[0].team == "School"
    assert drawing.conversation(taken, [], "")[0].team == "State"


def test_what_the_platform_did_says_so() -> None:
    step = Step("Hub", Level.DISTRICT, at(2), at(3), "passed", person=None)

    assert drawing.conversation([step], [], "")[0].person == "The platform"


def test_the_drawing_is_late_by_the_days_that_count() -> None:
    breaks = breaks_from([(date(2026, 2, 8), date(2026, 2, 8))])

    drawn = drawing.legs(STEPS, TODAY, ZONE, breaks)

    assert [leg.late for leg in drawn] == [line.late for line in drawing.lines(STEPS, TODAY, ZONE, breaks)]
    assert [leg.due for leg in drawn] == [None, date(2026, 2, 7), date(2026, 2, 28)]
    assert drawn[1].late == 1
