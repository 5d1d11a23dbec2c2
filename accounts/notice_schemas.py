"""What the API says and takes about notice settings."""

import marshmallow as ma

from nic_platform.api import Schema
from nic_platform.notice_kinds import Mail
from nic_platform.quiet import DAILY, WEEKLY
from nic_platform.schemas import one_of, version, words


class WishSchema(Schema):
    """What is wanted of one group of notices; ``name`` is for reading."""

    key = words(40, required=True)
    name = ma.fields.String(dump_only=True)
    on_page = ma.fields.Boolean()
    by_mail = one_of(Mail)


class SettingsSchema(Schema):
    """Where and when somebody wants notices. Times as "22:30", null for none; no zone means the network's.

    ``mail_bounced_at`` is when mail came back, and with it mail stopped until it is to be tried again.
    """

    version = ma.fields.Integer()
    mail_notices = ma.fields.Boolean()
    digest = ma.fields.String()
    digest_hour = ma.fields.Integer()
    quiet_from = ma.fields.String(allow_none=True)
    quiet_until = ma.fields.String(allow_none=True)
    quiet_weekends = ma.fields.Boolean()
    time_zone = ma.fields.String()
    groups = ma.fields.List(ma.fields.Nested(WishSchema))
    mail_bounced_at = ma.fields.AwareDateTime(allow_none=True)


class ChangeSettingsSchema(Schema):
    """What of the settings is to change."""

    version = version()
    mail_notices = ma.fields.Boolean()
    digest = ma.fields.String(validate=ma.validate.OneOf([DAILY, WEEKLY]))
    digest_hour = ma.fields.Integer(strict=True, validate=ma.validate.Range(0, 23))
    quiet_from = words(5, allow_none=True)
    quiet_until = words(5, allow_none=True)
    quiet_weekends = ma.fields.Boolean()
    time_zone = words(60)
    groups = ma.fields.List(ma.fields.Nested(WishSchema), validate=ma.validate.Length(max=50))
