"""What people send to bring a table in: the file, and which of its columns holds what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from nic_platform.errors import InputError
from nic_platform.forms import PlatformForm
from nic_platform.importing import Target
from nic_platform.tables import ImportRun
from nic_platform.text import _

_COLUMN = "map_"


class FileForm(PlatformForm):
    """A file with a table."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose a file."))])


class ColumnsForm(PlatformForm):
    """Which column holds what. A select for each target is added by :func:`mapping_form`."""

    def mapping(self) -> dict[str, str]:
        """Return target key → column, without the targets that have none."""
        picked = {field.name: field.data for field in self if field.name.startswith(_COLUMN)}
        return {name.removeprefix(_COLUMN): column for name, column in picked.items() if column}


Columns = TypeVar("Columns", bound=ColumnsForm)


def mapping_form(
    header: Sequence[str],
    mapping: Mapping[str, str],
    targets: Sequence[Target],
    base: type[Columns],
    **data: Any,
) -> Columns:
    """Return a form with a select for each target, set to what was proposed; *data* fills what *base* has."""
    options = [
        SelectChoice("", _("Not in the file")),
        *(SelectChoice(name, name) for name in dict.fromkeys(header) if name),
    ]
    fields: dict[str, Any] = {
        f"{_COLUMN}{target.key}": SelectField(target.label, choices=options) for target in targets
    }
    given = {f"{_COLUMN}{target.key}": mapping.get(target.key, "") for target in targets}
    form: Columns = type("OwnColumnsForm", (base,), fields)(data={**data, **given})
    return form


def taken(form: FileForm, receive: Callable[[Any, str], ImportRun], usual_name: str) -> ImportRun | None:
    """Return the import of the file that was sent; none where there is no good one, which the form tells.

    Args:
        receive: keeps a file's stream under its name.
        usual_name: what a file without a name is called.
    """
    if not form.validate_on_submit():
        return None
    try:
        return receive(form.file.data.stream, form.file.data.filename or usual_name)
    except InputError as error:
        form.file.errors = [*form.file.errors, str(error)]
        return None
