"""The workbook that people begin with: every sheet, and a few example rows to write over. Pure."""

from datetime import date
from typing import Any

from milestones import exchange
from milestones.exchange import Document
from nic_platform.text import _


def document() -> Document:
    """Return a small plan after Colorado's guide to Implementation Milestones: one strand in three steps."""
    made = Document(exchange.blank(exchange.PLAN, ref="", title=_("Example: write over these rows")))

    def add(key: str, **values: Any) -> None:
        made.rows(key).append(exchange.blank(exchange.BY_KEY[key], **values))

    add("priorities", ref="P1", text=_("English learners below grade level in reading"), position=1)
    add(
        "root_causes",
        ref="C1",
        priority="P1",
        position=1,
        text=_("Lessons rarely name the language students need"),
    )
    add("strategies", ref="S1", root_cause="C1", position=1, name=_("Language objectives in every lesson"))
    add("strands", ref="L1", strategy="S1", position=1, name=_("Language objectives in lesson plans"))
    add(
        "measures", ref="M1", name=_("Lesson plans with a language objective"), unit=_("teachers"),
        definition=_("Share of teachers whose plans of the week name a language objective."),
    )  # fmt: skip
    for number, (month, day, target) in enumerate(((9, 1, 50.0), (9, 15, 70.0), (10, 30, 95.0)), 1):
        add(
            "milestones", ref=f"I{number}", strand="L1", measure="M1", position=number, target=target,
            name=_("Language objectives, step %(number)s", number=number), who=_("classroom teachers"),
            what=_("naming a language objective in daily lesson plans"),
            tool=_("a weekly audit of lesson plans"),
            due_on=date(2026, month, day),
        )  # fmt: skip
    add(
        "interim_targets", ref="T1", strategy="S1", position=1, baseline=12.0, target=35.0,
        name=_("Students proficient on the winter reading check"), student_group=_("English learners"),
        due_on=date(2026, 12, 15),
    )  # fmt: skip
    add(
        "action_steps",
        ref="A1",
        milestone="I1",
        position=1,
        text=_("Show all teachers three good objectives"),
    )
    return made
