"""Writing practices, their stages, supports and ratings. Callers decide who may, and when to commit."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from variation import fit, stages, supports
from variation.models import Practice, PracticeSite, Rating, StageEntry, Support
from variation.practice_queries import FACTS, MEASURES, ZONE

SOURCES = ("idea_id", "initiative_id", *(f"{name}_measure_id" for name in MEASURES))


def save_practice(
    session: Session, network_id: int, practice: Practice | None, values: Mapping[str, Any]
) -> Practice:
    """Add a practice, or change what is known of it.

    Args:
        values: its facts; numbers of what it came from and of its measures; ``team_id`` whose it is.

    Raises:
        InputError: it has no name.
    """
    thing = practice or Practice(network_id=network_id)
    _fill(thing, values, (*FACTS, *SOURCES, "team_id"))
    if not thing.name:
        raise InputError(_("It has no name."), {"name": _("Write what people do, in a few words.")})
    session.add(thing)
    session.flush()
    return thing


def remove(session: Session, thing: Any, wanted: bool, *, at: datetime) -> None:
    """Take a practice, a place of it, an entry or a rating away, or put it back."""
    thing.deleted_at = at if wanted else None
    session.flush()


def begin_at(
    session: Session, practice: Practice, site_id: int, team_id: int | None, values: Mapping[str, Any],
    *, today: date,
) -> PracticeSite:  # fmt: skip
    """Begin a practice at a site, with its first stage.

    Args:
        values: ``stage``, ``on`` and ``evidence`` of the first stage, and who is helped or left out.

    Raises:
        InputError: it has begun there already, or the first stage can't be.
    """
    query = select(PracticeSite).where(
        PracticeSite.practice_id == practice.id, PracticeSite.site_id == site_id
    )
    place = session.scalar(query)
    if place is not None and place.deleted_at is None:
        text = _("It has begun there already. Open it there.")
        raise InputError(text, {"site": text})
    if place is None:
        place = PracticeSite(network_id=practice.network_id, practice_id=practice.id, site_id=site_id)
    place.deleted_at, place.team_id = None, team_id
    session.add(place)
    save_place(session, place, values)
    if values.get("stage"):
        add_stage(session, place, values, today=today)
    return place


def save_place(session: Session, place: PracticeSite, values: Mapping[str, Any]) -> None:
    """Change the transformation zone of a practice at a site, and who is helped or left out there.

    Raises:
        InputError: the zone ends before it begins, or has no reason.
    """
    _fill(place, values, ZONE)
    missing = {}
    if place.zone_from and place.zone_to and place.zone_to < place.zone_from:
        missing["zone_to"] = _("It ends before it begins. Check both days.")
    if (place.zone_from or place.zone_to) and not place.zone_why:
        missing["zone_why"] = _("Write why it is tried here before it scales.")
    if missing:
        raise InputError(_("The zone isn’t complete."), missing)
    session.flush()


def add_stage(session: Session, place: PracticeSite, values: Mapping[str, Any], *, today: date) -> StageEntry:
    """Write down from which day a practice stands at a stage at a site. Going back is kept like going on.

    Raises:
        InputError: the stage is none, or the day has not come.
    """
    entry = StageEntry(network_id=place.network_id, place_id=place.id)
    _fill(entry, values, ("stage", "on", "evidence"))
    if entry.stage not in stages.STAGES:
        raise InputError(_("Say at which stage."), {"stage": _("Choose one of the four.")})
    _check_day(entry.on, today)
    session.add(entry)
    session.flush()
    return entry


def add_support(session: Session, place: PracticeSite, values: Mapping[str, Any], *, today: date) -> Support:
    """Write down how an implementation support stood at a site on a day.

    Raises:
        InputError: the support or its state is none, or the day has not come.
    """
    entry = Support(network_id=place.network_id, place_id=place.id)
    _fill(entry, values, ("kind", "state", "on", "evidence"))
    if entry.kind not in supports.SUPPORTS:
        raise InputError(_("Say which support."), {"kind": _("Choose one of the list.")})
    if entry.state not in supports.STATES:
        raise InputError(_("Say how it stands."), {"state": _("Choose missing, installed or sustained.")})
    _check_day(entry.on, today)
    session.add(entry)
    session.flush()
    return entry


def _check_day(on: date | None, today: date) -> None:
    if on is None or on > today:
        text = _("Give a day up to today.")
        raise InputError(text, {"on": text})


def rate(
    session: Session, practice: Practice, site_id: int, team_id: int | None,
    kind: str, values: Mapping[str, tuple[int, str]], *, on: date,
) -> list[Rating]:  # fmt: skip
    """Keep a team's ratings of some sides of a practice for a site.

    Args:
        kind: fit or readiness.
        values: value from 1 to 5 and reason by side; sides left out stay as they were rated.

    Raises:
        RuleError: the kind is none.
        InputError: no side was rated, or a value is none.
    """
    if kind not in fit.KINDS:
        raise RuleError(_("Rate fit or readiness."))
    wrong = [side for side, (value, _words) in values.items() if value not in fit.value_words()]
    if wrong or not values or set(values) - set(fit.KINDS[kind]):
        text = _("Rate at least one side, from 1 to 5.")
        raise InputError(text, dict.fromkeys(wrong, text))
    made = []
    for side, (value, words) in values.items():
        made.append(
            Rating(
                network_id=practice.network_id, practice_id=practice.id, site_id=site_id, team_id=team_id,
                kind=kind, side=side, value=value, on=on, words=words.strip(),
            )
        )  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def _fill(thing: Any, values: Mapping[str, Any], names: Collection[str]) -> None:
    for name in names:
        if name in values:
            value = values[name]
            setattr(thing, name, value.strip() if isinstance(value, str) else value)
