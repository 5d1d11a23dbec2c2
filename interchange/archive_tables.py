"""What of the database belongs to one network, and how its rows name each other. Pure.

Every table is in exactly one of four places: it has a column ``network_id``, or hangs on a row that has one
(:data:`THROUGH`), or is the network itself or its people, or is left out for a reason (:data:`LEFT_OUT`). A
test walks all tables, so that a new one can't be forgotten.
"""

from collections.abc import Mapping

NETWORK, PEOPLE, TRAIL = "network", "user_account", "audit_entry"

THROUGH: Mapping[str, tuple[str, str]] = {
    "site_closure": ("above_id", "site"),
    "team_reach": ("above_id", "team"),
    "act_batch_item": ("batch_id", "act_batch"),
}
"""Tables without ``network_id``: the column, and the table through which they belong to a network."""

LEFT_OUT: Mapping[str, str] = {
    "installation": "It says what one installation is.",
    "schedule": "It says when the workers of one installation ran last.",
    "attempt": "It counts tries to get in, for a quarter of an hour.",
    "idempotency_key": "It keeps answers of the API for a day.",
    "sign_in": "It lets somebody in here, and says from where.",
    "one_time_link": "It lets somebody in, once.",
    "api_token": "It lets programs in here. Tokens are made anew.",
    "totp_factor": "It holds a secret of a person.",
    "recovery_code": "It holds a secret of a person.",
    "passkey": "It opens this installation's address and no other.",
    "notice_choice": "It is a person's own, over all networks.",
    "calendar_feed": "Its address holds a secret. Feeds are made anew.",
    "identity_provider": "It holds a secret, and an administrator confirmed here whom it may sign in.",
    "user_identity": "It lets somebody in by the sign-in of an organisation.",
    "provider_grant": "It goes with the sign-in of an organisation, which is set up anew.",
    "webhook": "It holds a secret; and two installations must not both tell another system.",
    "webhook_delivery": "It says what another system was told from here.",
    "job": "It is work of this installation, not of the network.",
    "library_making": "It is worked out of what the archive holds, and made anew where it is read in.",
    "library_evidence": "It is worked out of what the archive holds, and made anew where it is read in.",
    "deletion": "What is to be deleted here is for this installation to say.",
}
"""Tables that no archive holds, each with the reason."""

SOFT: Mapping[tuple[str, str], str] = {
    ("site", "import_run_id"): "import_run",
    ("spread_link", "idea_id"): "change_idea",
    ("measurement", "cycle_id"): "cycle",
    ("decision", "cycle_id"): "cycle",
    ("decision", "item_id"): "feedback_item",
    ("audit_entry", "network_id"): NETWORK,
    ("audit_entry", "user_id"): PEOPLE,
}
"""Columns that name a row without a foreign key, and the table they name."""

INSIDE: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("feedback_message", "mentions"): {"": PEOPLE},
    ("acknowledgement", "earlier"): {"user_id": PEOPLE},
    ("act_batch_item", "before"): {
        "holder_id": "team", "owner_id": PEOPLE, "theme_id": "theme", "offered_to_id": "team",
        "answer_id": "answer",
    },
}  # fmt: skip
"""Lists and objects kept in one column that hold inner numbers: by key ("" for a plain list) the table."""

BLANK: Mapping[tuple[str, str], str] = {
    ("roster_source", "token_hash"): "It lets a directory in. A new token is made on the page of rosters.",
    ("import_run", "undo"): "An import can be taken back only where it was made.",
    ("attachment", "key"): "Files lie under names of each installation's own.",
    ("network", "ends_at"): "Only the network here is to be deleted.",
}
"""Columns that an archive leaves empty, each with the reason."""

PERSON = ("public_id", "email", "name", "title", "locale", "time_zone", "is_service", "disabled_at")
"""What an archive says of a person; no password, no secret, no choice of their own."""


def belongs(table: str, columns: frozenset[str]) -> bool:
    """Say whether the rows of a table belong to networks, each to one."""
    if table in LEFT_OUT or table == PEOPLE:
        return False
    return table == NETWORK or table in THROUGH or "network_id" in columns
