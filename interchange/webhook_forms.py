"""The form of a webhook."""

from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from interchange.webhook_rules import group_names
from nic_platform.fields import short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class WebhookForm(PlatformForm):
    """Who is told of what, and where."""

    name = short(
        _("Which system"), 120, needed=_("Write which system this is, such as “State data warehouse”.")
    )
    url = short(_("Address"), 500, needed=_("Write the address; it begins with https://."))
    events = SelectMultipleField(
        _("Tell it of"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the groups of events in the reader's words."""
        super().__init__(*args, **kwargs)
        self.events.choices = [SelectChoice(key, words) for key, words in group_names().items()]
        self.events.data = self.events.data or []
