"""Where a reader of the six principles acts on what a line says: addresses with their words."""

from dataclasses import dataclass, field
from typing import Any

from cycles.policies import can_edit_drivers, can_pool_network
from nic_platform.actor import Actor
from nic_platform.frame import address
from nic_platform.text import _
from variation.principle_policies import can_write_principles


@dataclass(frozen=True)
class Place:
    """An address and what one does there."""

    endpoint: str
    words: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def href(self) -> str:
        """Return the address."""
        return address(self.endpoint, "#main", **self.values)


def places(actor: Actor) -> dict[str, Place]:
    """Return the places that this reader may open, by the key that lines and rules name."""
    found = {
        "teams": Place("teams.team_list", _("All teams")),
        "measures": Place("measures.index", _("Measures")),
        "compare": Place("variation.compare", _("Compare")),
        "bright": Place("library.bright_spots", _("Bright spots")),
        "drivers": Place("cycles.drivers", _("Driver diagram")),
        "unheard": Place("teams.question", _("Teams without a way up"), {"question": "unheard"}),
        "silent": Place("teams.question", _("Quiet links"), {"question": "silent"}),
        "initiatives": Place("alignment.index", _("Initiatives")),
        "cycles": Place("cycles.index", _("Cycles")),
        "inquiry": Place("cycles.network_inquiry", _("Health of inquiry")),
        "library": Place("library.index", _("Change library")),
        "spread": Place("teams.spread", _("How changes spread")),
        "alike": Place("library.alike", _("Who else works on this")),
        "askings": Place("library.askings", _("Questions")),
        "loops": Place("feedback.loop_measures", _("How well the loops close")),
        "feedback": Place("feedback.index", _("Feedback")),
    }
    if can_write_principles(actor):
        found["problem"] = Place("principles.problem", _("Problem and users"))
    if can_edit_drivers(actor):
        found["aim"] = Place("cycles.edit_aim", _("The aim"))
    else:
        found["aim"] = found["drivers"]
    if not can_pool_network(actor):
        found["inquiry"] = found["cycles"]
    return found
