"""What visitors may send about the queue: sorting, acts on many reports, themes as a whole, templates."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from feedback.batches import CHOSEN, Many
from feedback.forms import AnswerForm, ThemeForm, change_choices
from nic_platform.fields import long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _, pgettext

Named = tuple[str, str]  # a value and its words


def picked(values: Sequence[str] | None) -> dict[UUID, int]:
    """Return the versions that were read of chosen reports, by public id; what is neither is left out.

    Args:
        values: as :attr:`feedback.queue_item_queries.QueueItem.value` writes them.
    """
    found = {}
    for value in values or ():
        name, _dot, version = value.rpartition(".")
        try:
            found[UUID(name)] = int(version)
        except ValueError:
            continue
    return {key: version for key, version in found.items() if 0 <= version < 2**31}


class ChosenForm(PlatformForm):
    """Parent of what is done to chosen reports."""

    items = SelectMultipleField(_("Reports"), validate_choice=False)

    @property
    def chosen(self) -> dict[UUID, int]:
        """Return the versions that were read of the chosen reports, by public id."""
        return picked(self.items.data)


class SortNewForm(ChosenForm):
    """Which theme a new report belongs to, and which like it go along."""

    item = HiddenField()
    theme = RadioField(_("Which theme?"), validate_choice=False)
    title = short(_("Title of the new theme"))
    give_answer = BooleanField(_("Give it the theme’s answer too"))


class ActForm(ChosenForm, AnswerForm):
    """One act on chosen reports, with the fields of every act; the page shows those of its own."""

    act = HiddenField()
    words = long(_("Your words"))
    theme = SelectField(_("Theme"), validate_choice=False)
    title = short(_("Title of the new theme"))
    give_answer = BooleanField(_("Give them the theme’s answer too"))
    link = SelectField(_("To"), validate_choice=False)
    person = SelectField(_("Who works on them"), validate_choice=False)

    def offer(
        self, themes: Sequence[Named] = (), links: Sequence[Named] = (), people: Sequence[Named] = ()
    ) -> "ActForm":
        """Fill the choices, and return the form."""
        self.theme.choices = [
            SelectChoice("", _("Choose a theme")), *_choices(themes), SelectChoice("new", _("A new theme")),
            SelectChoice("none", _("No theme")),
        ]  # fmt: skip
        self.link.choices = _choices(links)
        self.person.choices = [SelectChoice("", _("Nobody")), *_choices(people)]
        return self


def _choices(named: Sequence[Named]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in named]


def act_choices() -> list[tuple[Many, str]]:
    """Return what can be done to chosen reports, in words."""
    names = {
        Many.JOIN: _("File in a theme"), Many.ANSWER: pgettext("act", "Answer"), Many.LIFT: _("Lift further"),
        Many.DECLINE: _("Decline"), Many.ASSIGN: _("Assign to somebody"),
    }  # fmt: skip
    return [(act, names[act]) for act in CHOSEN]


class MergeForm(PlatformForm):
    """Which theme another one goes into."""

    into = SelectField(_("Into"), validate_choice=False)

    @property
    def chosen(self) -> UUID | None:
        """Return the public id of the theme that was chosen."""
        try:
            return UUID(self.into.data or "")
        except ValueError:
            return None


class EditThemeForm(ThemeForm):
    """A theme's words, and who works on it: somebody with an account, or an office by name."""

    person = SelectField(_("Who works on it"), validate_choice=False)


class SplitForm(ChosenForm):
    """What the new theme is called."""

    title = short(_("Title of the new theme"))
    summary = long(_("What it is about"))


class TemplateForm(PlatformForm):
    """An answer that is given often."""

    title = short(_("Name of the template"))
    changes = RadioField(_("What changes?"), validate_choice=False, default="")
    text = long(_("The answer, in words a school can act on"))
    why = long(_("Why"))
    applies_to = short(_("For whom"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes.choices = [SelectChoice("", _("Not said yet")), *change_choices()]
        if self.changes.data not in {each.value for each in self.changes.choices}:
            self.changes.data = ""
