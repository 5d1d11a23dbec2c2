"""What goes of a network or a person that is deleted, and what is left: by table, with reasons. Pure.

Tests walk every table, so that a new one can't be forgotten.
"""

from collections.abc import Mapping
from datetime import timedelta

GRACE = timedelta(days=30)
NETWORK, PERSON = "network", "person"

OF_NETWORK_LEFT: Mapping[str, str] = {
    "audit_entry": "the history of the network itself, without values: that it was, and that it was deleted",
    "deletion": "who asked, who confirmed, and when it went",
}
"""Tables that keep rows of a deleted network, each with the reason."""

THROUGH: Mapping[str, tuple[str, str]] = {
    "site_closure": ("above_id", "site"),
    "team_reach": ("above_id", "team"),
    "act_batch_item": ("batch_id", "act_batch"),
    "user_identity": ("provider_id", "identity_provider"),
}
"""Tables without ``network_id``: the column, and the table through which their rows belong to a network."""

OF_PERSON_GONE: Mapping[str, str] = {
    "sign_in": "user_id", "one_time_link": "user_id", "api_token": "user_id", "user_identity": "user_id",
    "totp_factor": "user_id", "recovery_code": "user_id", "passkey": "user_id", "notice": "user_id",
    "notice_choice": "user_id", "calendar_feed": "user_id", "idempotency_key": "user_id",
    "roster_person": "user_id",
}  # fmt: skip
"""Tables whose rows go with a person, by the column that says whose they are."""

OF_PERSON_ENDED: Mapping[str, str] = {"membership": "user_id", "network_member": "user_id"}
"""Tables whose rows end with a person, empty of what they said: authorship and the number of people stand on
them."""

AUTHOR = "says that somebody did it; the name is a former member's"
OF_PERSON_LEFT: Mapping[tuple[str, str], str] = {
    ("student_look", "user_id"): "a record of access is kept as long as the network says; the name is off",
    ("program", "user_id"): "a program's account is no person",
    ("link", "sender_id"): AUTHOR, ("link", "receiver_id"): AUTHOR,
    ("theme", "owner_id"): AUTHOR, ("feedback_item", "owner_id"): AUTHOR,
    ("measurement", "recorded_by_id"): AUTHOR, ("asking", "answered_by_id"): AUTHOR,
    ("theory_change", "user_id"): AUTHOR, ("act_batch", "user_id"): AUTHOR,
    ("acknowledgement", "user_id"): AUTHOR, ("cycle_stage_change", "user_id"): AUTHOR,
    ("milestone_change", "user_id"): AUTHOR, ("cheer", "user_id"): AUTHOR,
    ("feedback_step", "user_id"): AUTHOR,
    ("deletion", "asked_by_id"): AUTHOR, ("deletion", "confirmed_by_id"): AUTHOR,
    ("deletion", "undone_by_id"): AUTHOR,
}  # fmt: skip
"""Columns that go on naming a deleted person's account, which has no name any more, each with the reason.

``created_by_id`` and ``updated_by_id`` do so in every table.
"""
