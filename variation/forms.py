"""What a reader chooses on the compare page, which stands in the address; and what teams write to the
library."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from nic_platform.errors import AbsentError
from nic_platform.fields import long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from variation.page import Choice


def choice_from(args: Mapping[str, str]) -> Choice:
    """Return what an address asks for.

    Raises:
        AbsentError: a part of it can't be anything.
    """
    week = args.get("week", "")
    try:
        on = date.fromisoformat(week) if week else None
    except ValueError:
        raise AbsentError(_("There is no such week.")) from None
    return Choice(uuid_from(args, "measure"), uuid_from(args, "district"), on, args.get("group", "")[:40])


def uuid_from(args: Mapping[str, str], name: str) -> UUID | None:
    """Return the identifier under *name*, if there is one.

    Raises:
        AbsentError: it is none.
    """
    text = args.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise AbsentError(_("There is no such page.")) from None


class StoryForm(PlatformForm):
    """What a team adds to an idea of the library."""

    kind = SelectField(
        _("What is it?"),
        choices=[
            SelectChoice("advice", _("Advice for the next team")),
            SelectChoice("adaptation", _("What we changed, and why")),
            SelectChoice("material", _("A material")),
        ],
    )
    words = long(_("In a sentence or two"), needed=_("Say in a sentence what it is."))
    address = short(_("Its address, if it is on the web"), 500)
    is_named = BooleanField(_("Our team’s name may stand beside it"))


class AskForm(PlatformForm):
    """One team's question to another."""

    words = long(_("What would you like to know?"), 4000, needed=_("Write your question."))


class AnswerForm(PlatformForm):
    """The answer to a question between teams."""

    answer = long(_("Your answer"), needed=_("Write your answer."))
    by_name = BooleanField(_("Answer with our team’s name"), default=True)
    is_shared = BooleanField(_("The answer may stand with the idea, for every team"))
