"""What a person may say of their notices. Pure: values in, what is wrong with them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from nic_platform.notice_kinds import GROUPS, Mail, Wish, wish_of
from nic_platform.quiet import DAILY, WEEKLY
from nic_platform.text import _

OWN = (
    "mail_notices", "digest", "digest_hour", "quiet_from", "quiet_until", "quiet_weekends", "time_zone",
)  # fmt: skip
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """Where and when somebody wants notices. ``chosen`` holds only the groups that they chose about."""

    version: int
    mail_notices: bool
    digest: str
    digest_hour: int
    quiet_from: int | None
    quiet_until: int | None
    quiet_weekends: bool
    time_zone: str
    chosen: Mapping[str, Wish] = field(default_factory=dict)

    def wishes(self) -> dict[str, Wish]:
        """Return what holds for each group, in the order of the settings."""
        return {group.key: wish_of(group.key, self.chosen) for group in GROUPS}


def zone_names() -> dict[str, str]:
    """Return the time zones that are offered, in a reader's words."""
    words = (
        _("Eastern time"), _("Central time"), _("Mountain time"), _("Mountain time, Arizona"),
        _("Pacific time"), _("Alaska time"), _("Hawaii time"), _("Atlantic time, Puerto Rico"),
        _("Guam time"),
    )  # fmt: skip
    return dict(zip(ZONES, words, strict=True))


def minutes_of(text: str) -> int:
    """Return the minutes after midnight of a time as "22:30".

    Raises:
        ValueError: it is no time of day.
    """
    hour, colon, minute = text.partition(":")
    if not colon or len(minute) != 2 or not (hour.isdecimal() and minute.isdecimal() and len(hour) <= 2):
        raise ValueError(f"no time of day: {text}")
    found = int(hour) * 60 + int(minute)
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(f"no time of day: {text}")
    return found


def time_of(minutes: int | None) -> str:
    """Return minutes after midnight as "22:30"; empty for none."""
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def problems(values: Mapping[str, Any]) -> dict[str, str]:
    """Return, field by field, what can't be saved; empty when all of it can."""
    found = {}
    begins, ends = values.get("quiet_from"), values.get("quiet_until")
    if begins is None and ends is not None:
        found["quiet_from"] = _("Say from when too, or leave both empty.")
    if ends is None and begins is not None:
        found["quiet_until"] = _("Say until when too, or leave both empty.")
    if begins is not None and begins == ends:
        found["quiet_until"] = _("Choose another time than the first; for no mail at all take the tick away.")
    if values.get("digest", "") not in {"", DAILY, WEEKLY}:
        found["digest"] = _("Choose every day or every week.")
    if not 0 <= values.get("digest_hour", 0) <= 23:
        found["digest_hour"] = _("Choose an hour of the day.")
    if not is_zone(values.get("time_zone", "")):
        found["time_zone"] = _("Choose a time zone.")
    return found


def is_zone(name: str) -> bool:
    """Say whether a time zone can be kept: an IANA name, or empty for the network's."""
    if len(name) > 60:
        return False
    try:
        return not name or bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False


def mail_names() -> dict[str, str]:
    """Return the ways of mail in a reader's words."""
    return {
        Mail.NOW.value: _("At once"),
        Mail.DIGEST.value: _("In the digest"),
        Mail.NONE.value: _("No mail"),
    }
