"""What the API takes and gives about attached files."""

from marshmallow import fields

from nic_platform.api import Schema
from nic_platform.schemas import all_of, upload, words


class AttachmentFile(Schema):
    """The file itself. What is missing is said after it is known whether the caller may send any."""

    file = upload(metadata={"description": "A picture, PDF, text or office document."})


class AttachmentWords(Schema):
    """What goes with a file."""

    says = words(
        110,
        load_default="",
        metadata={"description": "What a picture shows; it is read out, and names the file."},
    )


class AttachmentOut(Schema):
    """One attached file; ``size`` in bytes, ``who`` sent it."""

    id = fields.UUID()
    name = fields.String()
    content_type = fields.String()
    size = fields.Integer()
    at = fields.AwareDateTime()
    who = fields.String()


AttachmentPage = all_of(AttachmentOut, "AttachmentPage")
