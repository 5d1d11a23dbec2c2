"""The six principles as a table to take away, one row a sentence. Pure."""

from nic_platform.exporting import Cell
from nic_platform.text import _
from variation.principles import Principle, StepRow, Told


def header() -> list[str]:
    """Return the column heads."""
    return [
        _("Principle"), _("What"), _("Sentence"), _("In their own words"), _("Asks for a step"), _("Numbers"),
        _("Who"), _("By when"), _("Done on"), _("What came of it"),
    ]  # fmt: skip


def rows(told: list[Told], steps: dict[Principle, tuple[StepRow, ...]]) -> list[list[Cell]]:
    """Return what the records say, the suggested step, then the network's own steps, by principle."""
    found: list[list[Cell]] = []
    for one in told:
        name = one.principle.name_words
        for line in one.lines:
            numbers = "; ".join(
                f"{key} {value:g}" for key, value in line.numbers.items() if value is not None
            )
            asks = _("yes") if line.asks else ""
            found.append([name, _("Record"), line.words, line.quote, asks, numbers, "", "", "", ""])
        found.append([name, _("Suggested"), one.taken.then, "", "", "", "", "", "", ""])
        for step in steps[one.principle]:
            found.append(
                [
                    name,
                    _("Next step"),
                    step.words,
                    "",
                    "",
                    "",
                    step.owner,
                    step.due_on,
                    step.done_on,
                    step.outcome,
                ]
            )
    return found
