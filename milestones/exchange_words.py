"""What the sheets and columns of a plan are called in the network's words, and other names they go by.

Pure. A workbook carries these headings; it is read back by the field's own name, ours, and the network's.
"""

from collections.abc import Mapping

from milestones.exchange import Field, Part
from nic_platform.text import _, pgettext
from nic_platform.words import label

Own = Mapping[str, tuple[str, str] | list[str]]
OURS: Own = {}  # the platform's words, whatever the present network says
_NOUN = {
    "priorities": "priority", "root_causes": "root_cause", "strategies": "strategy", "strands": "strand",
    "milestones": "milestone", "interim_targets": "interim_target", "action_steps": "action_step",
    "touchpoints": "touchpoint", "plan": "plan",
}  # fmt: skip
# What a reference points at, as a noun of the network.
_REFERRED = {
    "priority": "priority", "root_cause": "root_cause", "strategy": "strategy", "strand": "strand",
    "milestone": "milestone", "interim_target": "interim_target", "touchpoint": "touchpoint",
}  # fmt: skip


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def sheet_title(part: Part, own: Own | None = None) -> str:
    """Return what the sheet of a part is called."""
    if part.key == "milestone_changes":
        return _("%(milestone)s changes", milestone=_first_up(label("milestone", own=own)))
    if part.key == "plan":
        return _first_up(label("plan", own=own))
    if part.key in _NOUN:
        return _first_up(label(_NOUN[part.key], 2, own))
    return {
        "measures": _("Measures"),
        "measurements": _("Measurements"),
        "checkpoints": _("Checkpoints"),
        "backwards_plans": _("Backwards plans"),
        "agency_goals": _("Agency goals"),
        "tools": _("Observation tools"),
        "decisions": _("Decisions"),
    }[part.key]


def heading(part: Part, field: Field, own: Own | None = None) -> str:
    """Return what a column is called; who wants all of a part asks ``headings``."""
    return headings(part, own)[field.name]


def headings(part: Part, own: Own | None = None) -> dict[str, str]:
    """Return what each column of a part is called, by the field's name."""
    usual = _headings() | _special(part)  # looked up once a part: a lookup asks for the network's words
    return {
        field.name: _first_up(label(_REFERRED[field.name], own=own))
        if field.name in _REFERRED and field.of == _plural(field.name)
        else usual[field.name]
        for field in part.fields
    }


def _plural(name: str) -> str:
    return {"priority": "priorities", "strategy": "strategies"}.get(name, f"{name}s")


def aliases(part: Part, field: Field) -> tuple[str, ...]:
    """Return other headings by which a column is known, where people bring their own tables."""
    return {
        "due_on": ("date", "deadline", "by when", "by", "when"),
        "tool": ("how", "how measured", "measured with"),
        "text": ("description", "statement", "words"),
        "name": ("title", "short name"),
        "owner": ("responsible", "lead", "who"),
        "purpose": ("in order to", "why"),
        "observed_on": ("date", "day", "counted on"),
        "population": ("out of", "of", "n"),
    }.get(field.name, ())


def _special(part: Part) -> dict[str, str]:
    """Return headings that differ from part to part."""
    return {
        "strands": {"follows": _("Comes after")},
        "measures": {"kind": _("Kind of measure"), "tool": _("Tool"), "rhythm": _("Measured how often")},
        "measurements": {"population": _("Out of"), "name": _("Measure")},
        "interim_targets": {"name": _("Student outcome")},
        "agency_goals": {"title": _("Goal")},
        "backwards_plans": {"steps": _("Number of steps"), "shape": _("Course")},
        "tools": {"definition": _("What it is"), "items": _("What is looked for")},
        "touchpoints": {"title": _("What it is about")},
        "decisions": {"text": _("Decision and reason"), "choice": _("Choice")},
        "action_steps": {"text": _("What has to be done")},
    }.get(part.key, {})


def _headings() -> dict[str, str]:
    return {
        "title": _("Title"), "carried_from": _("Carried on from"), "text": _("Text"), "position": _("Order"),
        "name": _("Name"), "description": _("Description"), "is_focused": _("Is it focused?"),
        "is_in_control": _("Is it in your control?"), "template": _("Template"), "follows": _("Comes after"),
        "goal": _("Agency goal"), "is_draft": _("Draft?"), "due_on": _("By"), "begins_on": _("Beginning"),
        "frequency": _("How often"), "tool": _("How it is measured"), "who": _("Who"), "what": _("What"),
        "target": _("Target"), "baseline": _("Baseline"), "population": _("How many there are"),
        "is_deliverable": _("Yes or no deliverable?"), "acceptance_test": _("Accepted when"),
        "purpose": _("In order to"), "kind": _("Kind"), "shape": _("Shape of the path"),
        "rhythm": _("Monitored"), "collector": _("Who collects"), "monitor_until": _("Monitored until"),
        "measure": _("Measure"), "observation_tool": _("Observation tool"),
        "common_milestone": _("Common milestone"), "at": _("When"), "by": _("Changed by"), "why": _("Why"),
        "old_due_on": _("Date before"), "new_due_on": _("Date after"), "old_target": _("Target before"),
        "new_target": _("Target after"), "definition": _("Definition"), "type": _("Type"),
        "direction": _("Better is"), "unit": _("Unit"), "counts_students": _("Counts students?"),
        "source": _("Source"), "is_common": _("Common to the network?"), "observed_on": _("Counted on"),
        "count": _("Count"), "value": _("Value"), "subgroup_set": _("Breakdown"),
        "subgroup": _("Student group counted"), "note": _("Note"), "recorded_at": _("Written down"),
        "supersedes": _("Corrects"), "is_withdrawn": _("Taken back?"), "student_group": _("Student group"),
        "expected_n": _("Students in the group"), "owner": _("Owner"), "done_on": _("Done on"),
        "starts_on": _("Starts"), "ends_on": _("Ends"), "steps": _("Steps"),
        "complexity": _("How complicated"),
        "skips_breaks": _("Skips breaks?"), "skips_testing": _("Skips testing?"), "answers": _("Answers"),
        "statement": _("Statement"), "impact": _("Projected impact"), "leader": _("Goal leader"),
        "items": pgettext("tool", "Items"), "counts_when": _("Counts when"), "held_on": _("Held on"),
        "starts_at": _("Starts at"), "minutes": _("Minutes"), "ended_at": _("Closed"), "place": _("Place"),
        "people": _("People"), "notes": _("Notes"), "decided_on": _("Decided on"),
        "suggestion": _("Suggestion"), "choice": _("Choice"), "cycle": _("Cycle id"),
        "item": _("Feedback id"),
        "follow_up_kind": _("Led to"), "follow_up_id": _("Led to, id"), "details": _("Details"),
    }  # fmt: skip
