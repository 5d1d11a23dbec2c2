"""Sources of rosters, and the rows that they send."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.rules import hashed
from rosters.models import RosterSource
from teams.models import Network, Site

TOKEN = "a directory's token that is only for tests"


def make_source(session: Session, network: Network, site: Site | None = None, **columns: Any) -> RosterSource:
    """Add a source of OneRoster files that makes people of teachers and principals."""
    values: dict[str, Any] = {
        "name": "Roster", "kind": "oneroster", "site_id": site.id if site else None,
        "domains": ["district.example"], "makes_people": True,
        "roles": {"teacher": "member", "principal": "lead"}, **columns,
    }  # fmt: skip
    source = RosterSource(network_id=network.id, **values)
    session.add(source)
    session.flush()
    return source


def make_directory(
    session: Session, network: Network, site: Site | None = None, **columns: Any
) -> RosterSource:
    """Add a directory with the token ``TOKEN``."""
    more = {"kind": "scim", "name": "Directory", "token_hash": hashed(TOKEN), "roles": {}, **columns}
    return make_source(session, network, site, **more)


def packed(files: Mapping[str, str | bytes]) -> io.BytesIO:
    """Return a zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    out.seek(0)
    return out


def manifest(mode: str = "bulk", version: str = "1.1", *files: str) -> str:
    """Return a manifest that says how each file is meant."""
    named = files or ("orgs", "users", "academicSessions")
    lines = [f"file.{name},{mode}" for name in named]
    return "\r\n".join(["propertyName,value", f"oneroster.version,{version}", *lines, ""])


@pytest.fixture
def token() -> str:
    return TOKEN
