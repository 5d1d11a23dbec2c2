"""What a network lead sends to import teams and links."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from nic_platform.forms import PlatformForm
from nic_platform.text import _
from teams.team_table import targets


class FileForm(PlatformForm):
    """A file with a table of teams."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose a file."))])


class ColumnsForm(PlatformForm):
    """Which column holds what. A select for each target is added by :func:`mapping_form`."""

    def mapping(self) -> dict[str, str]:
        """Return target key → column, without the targets that have none."""
        return {
            target.key: self[f"map_{target.key}"].data
            for target in targets()
            if self[f"map_{target.key}"].data
        }


def mapping_form(header: Sequence[str], mapping: Mapping[str, str]) -> ColumnsForm:
    """Return a form with a select for each target, set to what was proposed."""
    options = [
        SelectChoice("", _("Not in the file")),
        *(SelectChoice(name, name) for name in dict.fromkeys(header) if name),
    ]
    fields: dict[str, Any] = {
        f"map_{target.key}": SelectField(target.label, choices=options) for target in targets()
    }
    given = {f"map_{target.key}": mapping.get(target.key, "") for target in targets()}
    form: ColumnsForm = type("OwnColumnsForm", (ColumnsForm,), fields)(data=given)
    return form
