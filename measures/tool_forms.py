"""What visitors may send about observation tools."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from nic_platform.fields import long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _

MOST_ITEMS = 20
LONGEST_ITEM = 200


class ToolForm(PlatformForm):
    """A named tool: what is looked for, and when somebody counts as there."""

    name = short(_("Name"), needed=_("Give it a name, such as: exit-ticket count."))
    definition = long(_("What it is, and how it is done"), 5000)
    items = long(_("What to look for"), 5000)
    counts_when = short(_("Counts as there when"), 300)
    is_common = BooleanField(_("Common to the whole network"))

    def validate_items(self, field: Any) -> None:
        """Hold the list to what fits on a sheet."""
        lines = lines_of(field.data)
        if len(lines) > MOST_ITEMS:
            raise ValidationError(_("Keep it to %(most)s items: a sheet has to fit a page.", most=MOST_ITEMS))
        if any(len(line) > LONGEST_ITEM for line in lines):
            raise ValidationError(_("Shorten each item to %(count)s signs.", count=LONGEST_ITEM))

    def tool_values(self) -> dict[str, Any]:
        """Return the columns of the tool as typed."""
        found = {name: value for name, value in self.values().items() if name != "is_common"}
        return found | {"items": lines_of(self.items.data)}


def lines_of(text: str | None) -> list[str]:
    """Return one item a line, without bullets and empty lines."""
    lines = (line.strip().lstrip("-•*").strip() for line in (text or "").splitlines())
    return [line for line in lines if line]
