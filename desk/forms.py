"""Forms of the desk."""

from flask_wtf.file import FileField, FileRequired

from nic_platform.forms import PlatformForm
from nic_platform.text import _


class AttachForm(PlatformForm):
    """One file."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose a file."))])
