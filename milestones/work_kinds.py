"""The kinds of work that an agency's milestones are about, each with an example of our own. Pure.

The kinds are those of the federal deck on milestones in performance management.
"""

from dataclasses import dataclass

from nic_platform.text import _

CODES = (
    "process", "project", "it", "stakeholders", "training", "reports", "learning", "replication",
    "evaluation", "spread", "coordination", "measurement",
)  # fmt: skip


@dataclass(frozen=True)
class WorkKind:
    """One kind of work: its code in the database, its word, and a milestone that shows it."""

    code: str
    word: str
    example: str


def work_kinds() -> tuple[WorkKind, ...]:
    """Return the kinds in their order, in the reader's language."""
    told = {
        "process": (_("Process"), _(
            "By October 31, run the new two-week answer routine in all 9 regional offices, in order to halve "
            "the time that schools wait for an answer.")),
        "project": (_("Project management"), _(
            "By November 15, sign the contract for the statewide coaching days, in order to have coaches in "
            "40 schools when the spring term begins.")),
        "it": (_("Information technology"), _(
            "By December 20, open the attendance export to all 178 districts, in order to spare each office "
            "three hours of typing a week.")),
        "stakeholders": (_("Stakeholders"), _(
            "By January 31, call the 60 families who stopped using interpreters, in order to learn what "
            "keeps them away and raise use from 35% to 50%.")),
        "training": (_("Training"), _(
            "By September 30, train 120 new principals in reading a run chart, in order to have nine in ten "
            "lead their first data talk without help.")),
        "reports": (_("Reports"), _(
            "By June 15, publish what the 14 pilot schools tried and what it changed, in order to let the "
            "next 30 schools choose with evidence.")),
        "learning": (_("Finding what works"), _(
            "By February 28, compare three ways of scheduling coaching in 12 schools, in order to recommend "
            "one for the next school year.")),
        "replication": (_("Testing whether it works elsewhere"), _(
            "By March 31, test the exit-ticket routine in 6 rural schools, in order to see whether the gain "
            "of the town schools holds there.")),
        "evaluation": (_("Evaluation and studies"), _(
            "By May 15, complete the study of the mentoring grant with 300 teachers, in order to decide "
            "whether it is worth renewing.")),
        "spread": (_("Spreading what works"), _(
            "By April 30, adopt the reading routine in 25 further schools, in order to reach 4,000 more "
            "English learners.")),
        "coordination": (_("Working across organizations"), _(
            "By December 1, agree on one testing calendar with the higher-education department, in order to "
            "give back 8 teaching days to every high school.")),
        "measurement": (_("Measuring better"), _(
            "By November 30, count coaching days in the same way in all 14 districts, in order to be able to "
            "say which half of them was kept.")),
    }  # fmt: skip
    return tuple(WorkKind(code, *told[code]) for code in CODES)


def kind_word(code: str) -> str:
    """Return a kind's word; the code as it is for one that isn't known."""
    return next((kind.word for kind in work_kinds() if kind.code == code), code)
