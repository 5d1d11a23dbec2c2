"""What visitors may send about how long things are kept, and about what is to be deleted."""

from wtforms import IntegerField
from wtforms.validators import Optional

from nic_platform.forms import PlatformForm

_ANY = [Optional()]


class KeepingForm(PlatformForm):
    """Days for which things are kept; an empty field means the usual."""

    deleted = IntegerField(validators=_ANY)
    notices = IntegerField(validators=_ANY)
    jobs = IntegerField(validators=_ANY)
    looks = IntegerField(validators=_ANY)
    words = IntegerField(validators=_ANY)
    people = IntegerField(validators=_ANY)
