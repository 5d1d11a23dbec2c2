"""What visitors may send to choose a tool for a milestone."""

from collections.abc import Sequence

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from measures.tool_queries import ToolRow
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class ToolChoiceForm(PlatformForm):
    """With which tool a milestone is counted."""

    tool = SelectField(_("Counted with"), validate_choice=False, default="")
    whole_series = BooleanField(_("For every milestone of this series"))

    def offer(self, tools: Sequence[ToolRow], chosen: int | None) -> "ToolChoiceForm":
        """Fill the choices."""
        self.tool.choices = [
            SelectChoice("", _("No described tool")),
            *(SelectChoice(str(tool.public_id), tool.name) for tool in tools),
        ]
        if not self.is_submitted():
            self.tool.data = next((str(tool.public_id) for tool in tools if tool.id == chosen), "")
        return self
