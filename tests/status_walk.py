"""The example series of Colorado's guide walked through a year: what a team would have read on each day.

The dates and targets are the guide's: focused teacher development in embedded ELD, three strands. The counts
are made up, of 24 teachers, and fixed. ``python -m tests.status_walk`` writes them into docs/status.md; a
test holds the page to them.
"""

from datetime import date
from pathlib import Path

from milestones.rules import Goal, Reading, Status, Step, standing_on

PAGE = Path(__file__).parents[1] / "docs" / "status.md"
BEGIN, END = "<!-- walk begins -->", "<!-- walk ends -->"
TEACHERS = 24
WORDS = {
    Status.PLANNED: "not due yet", Status.ON_TRACK: "on track", Status.AT_RISK: "at risk", Status.MET: "met",
    Status.MET_LATE: "met late", Status.SUSTAINED: "holding", Status.CHECK_AGAIN: "check again",
    Status.SLIPPED: "slipped back", Status.MISSED: "missed", Status.NOT_MEASURED: "not measured",
}  # fmt: skip
SERIES = {
    "Language objectives in lesson plans": (
        (date(2025, 9, 1), 50), (date(2025, 9, 15), 70), (date(2025, 10, 30), 95),
    ),
    "Exit tickets": ((date(2025, 10, 30), 40), (date(2025, 12, 15), 65), (date(2026, 2, 15), 90)),
    "Tickets in coaching": ((date(2025, 12, 15), 30), (date(2026, 2, 15), 60), (date(2026, 4, 30), 90)),
}  # fmt: skip
# day counted, teachers there, and where it was not the same day the day it was written down
COUNTS: dict[str, list[tuple[date, int, date | None]]] = {
    "Language objectives in lesson plans": [
        (date(2025, 8, 29), 13, None), (date(2025, 9, 12), 16, None), (date(2025, 9, 22), 18, None),
        (date(2025, 10, 27), 23, None), (date(2025, 11, 24), 23, None), (date(2025, 12, 12), 22, None),
        (date(2026, 1, 23), 21, None), (date(2026, 2, 20), 22, None), (date(2026, 3, 20), 23, None),
        (date(2026, 4, 24), 23, None),
    ],
    "Exit tickets": [
        (date(2025, 9, 29), 3, None), (date(2025, 10, 27), 10, None), (date(2025, 11, 17), 12, None),
        (date(2025, 12, 15), 16, None), (date(2026, 1, 26), 18, None), (date(2026, 2, 13), 19, None),
        (date(2026, 3, 9), 22, None), (date(2026, 4, 13), 22, None),
    ],
    "Tickets in coaching": [
        (date(2025, 11, 20), 2, None), (date(2025, 12, 12), 8, None), (date(2026, 1, 30), 10, None),
        (date(2026, 2, 13), 11, date(2026, 2, 20)), (date(2026, 3, 20), 17, None),
    ],
}  # fmt: skip
DAYS = (
    date(2025, 8, 31), date(2025, 9, 1), date(2025, 9, 15), date(2025, 9, 30), date(2025, 10, 30),
    date(2025, 11, 30), date(2025, 12, 15), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 15),
    date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 29),
)  # fmt: skip


def readings(strand: str) -> list[Reading]:
    """Return a strand's counts as status looks at them."""
    return [
        Reading(on, 100 * count / TEACHERS, written or on, at, None, count, TEACHERS)
        for at, (on, count, written) in enumerate(COUNTS[strand], 1)
    ]


def status(strand: str, at: int, day: date) -> Status:
    """Return how one milestone of a strand stood at the end of a day."""
    steps = [Step(on, float(target)) for on, target in SERIES[strand]]
    others = tuple(step for place, step in enumerate(steps) if place != at)
    goal = Goal(due_on=steps[at].due_on, target=steps[at].target, steps=others)
    return standing_on(goal, readings(strand), day).status


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def walk() -> str:
    """Return the tables as Markdown: for each strand its counts, and the statuses day by day."""
    lines: list[str] = []
    for strand, steps in SERIES.items():
        told = ", ".join(
            f"{count} on {_day(on)}" + (f" (written down {_day(written)})" if written else "")
            for on, count, written in COUNTS[strand]
        )
        lines += [f"### {strand}", "", f"Counted, of {TEACHERS} teachers: {told}.", ""]
        lines.append("| on | " + " | ".join(f"{target}% by {_day(on)}" for on, target in steps) + " |")
        lines.append("| --- |" + " --- |" * len(steps))
        lines += [
            f"| {_day(day)} | "
            + " | ".join(WORDS[status(strand, at, day)] for at in range(len(steps)))
            + " |"
            for day in DAYS
        ]
        lines.append("")
    return "\n".join(lines).strip()


def written() -> str:
    """Return the tables as the page has them."""
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip()


def write() -> None:
    """Put the tables into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    PAGE.write_text(f"{before}\n\n{walk()}\n\n{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
