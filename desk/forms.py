"""Forms of the desk."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField

from nic_platform.fields import short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class AttachForm(PlatformForm):
    """One file, chosen or taken just now. With "page" in ``then`` one goes on to the thing's own page."""

    photo = FileField(_("Take a photo"))
    file = FileField(_("Or choose a file"))
    says = short(_("If it is a picture: what does it show?"), 110)
    then = HiddenField()

    @property
    def sent(self) -> Any:
        """Return the file that was sent; ``None`` for none."""
        return next((each.data for each in (self.photo, self.file) if each.data and each.data.filename), None)
