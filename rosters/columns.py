"""What columns of a OneRoster file are kept, and how single cells of them are read. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from nic_platform import cells, clock
from nic_platform.importing import Target
from nic_platform.text import _


def targets(file: str) -> list[Target]:
    """Return what columns of a file are kept, by the names of the standard; slips of known makers too."""
    short = cells.short
    gone = Target("status", "status")
    name = "sourcedId"
    kept: dict[str, list[Target]] = {
        "orgs": [
            Target("id", name, required=True, read=short(255)), gone,
            Target("name", "name", ("orgName",), required=True, read=short(160)),
            Target("type", "type", ("orgType",), required=True, read=short(60)),
            Target("identifier", "identifier", read=cells.code),
            Target("parent", "parentSourcedId", ("parentOrgSourcedId",), read=short(255)),
        ],
        "users": [
            Target("id", name, required=True, read=short(255)), gone,
            Target("enabled", "enabledUser", ("enabled",)),
            Target("given", "givenName", ("firstName",), read=short(120)),
            Target("family", "familyName", ("lastName",), read=short(120)),
            Target("called", "preferredGivenName", ("prefferedGivenName",), read=short(120)),
            Target("family_called", "preferredFamilyName", ("prefferedFamilyName",), read=short(120)),
            Target("email", "email", ("mail", "emailAddress")),
            Target("user_name", "username", read=short(254)),
            Target("role", "role", ("roles",)),
            Target("orgs", "orgSourcedIds", ("orgSourcedId",)),
            Target("primary_org", "primaryOrgSourcedId", read=short(255)),
        ],
        "roles": [
            Target("user", "userSourcedId", required=True, read=short(255)), gone,
            Target("role", "role", required=True, read=short(80)),
            Target("org", "orgSourcedId", read=short(255)),
            Target("starts", "beginDate", ("roleStartDate",)),
            Target("ends", "endDate", ("roleEndDate",)),
        ],
        "academicsessions": [
            Target("id", name, required=True, read=short(255)), gone,
            Target("title", "title", required=True, read=short(80)),
            Target("type", "type", required=True, read=short(40)),
            Target("starts", "startDate", required=True, read=day),
            Target("ends", "endDate", required=True, read=day),
            Target("year", "schoolYear", read=year),
        ],
    }  # fmt: skip
    return kept[file]


def faults(headers: Mapping[str, Sequence[str]], chosen: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return what is wrong with chosen columns, by file and what is kept: ``users.email``.

    Args:
        headers: the columns of each file that was there.
        chosen: file → what is kept → column.
    """
    found: dict[str, str] = {}
    for file, kept in chosen.items():
        if file not in headers:
            found[file] = _("This file was not there.")
            continue
        known = {target.key for target in targets(file)}
        for key, column in kept.items():
            if key not in known:
                found[f"{file}.{key}"] = _("Nothing of that name is kept of this file.")
            elif column not in headers[file]:
                found[f"{file}.{key}"] = _(
                    "The file has no column “%(column)s”. Choose one of its columns.", column=column
                )
    return found


def day(cell: str) -> date:
    """Read a day as OneRoster writes it, 2026-08-18; a moment after it is left out.

    Raises:
        ValueError: it is none, or a spreadsheet turned it into another way of writing days.
    """
    try:
        found = date.fromisoformat(cell[:10])
    except ValueError:
        raise ValueError(_("Write the date as year-month-day, such as 2026-02-24.")) from None
    if not clock.is_usable(found):
        raise ValueError(_("Is the year right? Give a day from 1900 to 2199."))
    return found


def year(cell: str) -> int:
    """Read the calendar year in which a school year ends.

    Raises:
        ValueError: it is none.
    """
    if not (cell.isascii() and cell.isdigit() and 1900 < int(cell[:5]) < 2200):
        raise ValueError(_("Write the year in which the school year ends, such as 2027."))
    return int(cell)
