"""What the API says and takes about invitations."""

from marshmallow import fields

from accounts.rules import MAIL_LENGTH
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.api import Schema
from nic_platform.schemas import all_of, one_of, words

REVIEWED = (Level.STATE, Level.REGION, Level.DISTRICT)


class TeamInvitationIn(Schema):
    """Whom to invite to a team, and as what."""

    email = words(MAIL_LENGTH, required=True)
    role = one_of(TeamRole, load_default=TeamRole.MEMBER.value)


class NetworkInvitationIn(Schema):
    """Whom to invite to a role in a whole network; ``level`` is of a reviewer alone."""

    email = words(MAIL_LENGTH, required=True)
    role = one_of(NetworkRole, load_default=NetworkRole.REVIEWER.value)
    level = one_of(REVIEWED, load_default=Level.STATE.value)


class InvitationOut(Schema):
    """An invitation that nobody has accepted yet; its link is in the mail alone."""

    id = fields.UUID()
    email = fields.String()
    place = fields.String()
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


Invitations = all_of(InvitationOut, "Invitations")
