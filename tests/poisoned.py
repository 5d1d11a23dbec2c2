"""A world in which every text that somebody could have typed is an attack.

One text is several at once: a live cell where a spreadsheet opens it, the end of an attribute or a script, a
tag where a page prints it raw, and the end of a header line.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from nic_platform.database import Base

TEXT = "=1'\"></script><s id=x>\r\nX-Evil: 1 "
RAW = "<s id=x>"  # a page that holds this printed a text without escaping it
NARROWEST = 40  # narrower columns hold codes, or texts that the whole attack does not fit into
# Wide columns that nobody types into: what the platform writes or has checked, and what opens doors.
NOT_TYPED = frozenset({
    "attempt.subject", "schedule.name", "idempotency_key.request_digest", "idempotency_key.body",
    "identity_provider.issuer", "identity_provider.client_secret", "job.name", "sign_in.address",
    "decision.suggestion", "webhook.secret", "webhook.url", "user_account.password_hash",
    "passkey.credential_id", "passkey.public_key", "idea_story.address", "notice.path",
})  # fmt: skip
_HASHED = ("_hash", "audit_head", "digest", "_key", "secret", "email", "zone")


def typed_columns() -> list[sa.Column[Any]]:
    """Return every column that holds a text somebody typed."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            kind = column.type
            if not isinstance(kind, sa.String) or isinstance(kind, sa.Enum) or column.name.endswith(_HASHED):
                continue
            is_wide = isinstance(kind, sa.Text) or (kind.length or 0) >= NARROWEST
            if is_wide and f"{table.name}.{column.name}" not in NOT_TYPED:
                found.append(column)
    return found


def poison(session: Session) -> None:
    """Put the attack into every text of every row; the number behind it keeps names apart."""
    tables: dict[sa.Table, dict[str, Any]] = {}
    for column in typed_columns():
        table = column.table
        if isinstance(table, sa.Table):
            text = sa.literal(TEXT) + sa.cast(next(iter(table.primary_key.columns)), sa.String)
            tables.setdefault(table, {})[column.name] = text
    for table, values in tables.items():
        session.execute(sa.update(table).values(values))
    words = [TEXT, TEXT]
    _set(session, "network", words={"milestone": words, "cycle": words})
    _set(session, "site", attributes={TEXT: TEXT, "locale": TEXT})
    _set(session, "observation_tool", items=[TEXT, TEXT])
    session.expire_all()


def _set(session: Session, table: str, **values: Any) -> None:
    session.execute(sa.update(Base.metadata.tables[table]).values(values))
