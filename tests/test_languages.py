"""Spanish is whole: every text has its translation, and no page that a Spanish reader opens says ours."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Enum, String, inspect, select
from sqlalchemy.orm import Session

from accounts import link_services
from accounts import services as account_services
from accounts.models import User
from desk.visible_queries import KINDS
from desk.words import field_name, kind_name, plainly
from nic_platform import catalogues
from nic_platform.database import Base
from nic_platform.importing import Target, propose
from nic_platform.mail import due
from nic_platform.notices import notify
from nic_platform.tables import Notice
from nic_platform.text import _, in_language
from nic_platform.words import label, speaking
from tests.drill import lighter_database, share
from tests.factories import keep_attached
from tests.test_own_words import _Words
from tests.test_policy_matrix import address_of, routes
from tests.world import World, make_world

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "marked": None}
PLACE, TAG = re.compile(r"%\(\w+\)[sd]"), re.compile(r"</?[a-z]+")
PEOPLE = ("lead", "hub", "network_lead")
# Small words without which hardly an English sentence does, and which no Spanish one has.
ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|was|your|with|from|this|that|to|by|for|not|their|they|what|who|its|on|at|or|as"
    r"|it|an|be|have|you|which|how|when|where|can|if|each)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    with (catalogues.FOLDER / "es" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="es")


def test_every_text_is_translated_and_none_is_left_over(spanish: Catalog) -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # babel's own
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    source = {(context, _key(message)) for _file, _line, message, _notes, context in found}
    there = {(each.context, _key(each.id)) for each in spanish if each.id}

    assert _plurals_of_one_singular(source) == []
    assert sorted(map(str, source - there)) == [], "docs/translating.md says how these are added"
    assert sorted(map(str, there - source)) == [], "no page says these any more: take them out"
    assert [each.id for each in spanish if each.id and (each.fuzzy or not all(_said(each)))] == []
    assert not spanish.obsolete


def _plurals_of_one_singular(source: set[tuple[str | None, str | tuple[str, ...]]]) -> list[str]:
    """Return what stands with two plurals, or with one and without: a catalogue holds each singular once."""
    found = Counter((context, key if isinstance(key, str) else key[0]) for context, key in source)
    return [singular for (_context, singular), times in found.items() if times > 1]


def _is_ours(folder: str) -> bool:
    return not Path(folder).name.startswith((".", "__")) and Path(folder).name not in {"tests", "demo", "var"}


def _key(message: str | tuple[str, ...] | list[str]) -> str | tuple[str, ...]:
    return message if isinstance(message, str) else tuple(message)


def _said(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def test_places_and_tags_are_those_of_the_source(spanish: Catalog) -> None:
    wrong = []
    for message in spanish:
        if not message.id:
            continue
        ours = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        allowed, needed = set(PLACE.findall(" ".join(ours))), set(PLACE.findall(ours[0]))
        for said in filter(None, _said(message)):
            places = set(PLACE.findall(said))
            if not places <= allowed or not needed - {"%(count)s", "%(num)s"} <= places:
                wrong.append(ours[0])
            if any(sorted(TAG.findall(said)) != sorted(TAG.findall(each)) for each in ours[:1]):
                wrong.append(ours[0])
            if allowed:
                assert re.fullmatch(r"(?:[^%]|%%|%\(\w+\)[sd])*", said), said
    assert wrong == []


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    """The small network, in which people wrote nothing in English."""
    keep_attached(app)
    world = make_world(session)
    for mapper in Base.registry.mappers:
        columns = [
            each.key
            for each in inspect(mapper.class_).columns
            if isinstance(each.type, String) and not isinstance(each.type, Enum)
        ]
        for thing in session.scalars(select(mapper.class_)):
            for name in columns:
                value = getattr(thing, name)
                if isinstance(value, str) and " " in value and ENGLISH.search(value):
                    setattr(thing, name, ENGLISH.sub("Cosa", value))
    for person in world.people.values():
        person.locale = "es"
    session.flush()
    return world


# Columns that no history tells of.
UNTOLD = {
    "id", "public_id", "version", "audit_head", "audit_seq", "created_at", "created_by_id", "updated_at",
    "updated_by_id", "graph_version", "plan_id",
}  # fmt: skip
# English that stays in a Spanish page: titles of books, names, what people wrote into lists.
STAYS = re.compile(
    r"The Improvement Guide|Learning to Improve|BMJ Quality & Safety|Bureau of Indian Education"
    r"|District of Columbia|https?://\S+|The objective is on the board|Pupils can say it|both are seen"
)


def english_in(page: str) -> list[str]:
    """Return each piece of a page that reads as English: two of its small words stand in it."""
    reader = _Words()
    reader.feed(page)
    return sorted({said for said in reader.said if len(ENGLISH.findall(STAYS.sub("", said))) > 1})


@lighter_database
@pytest.mark.parametrize("role", PEOPLE)
def test_no_page_says_english_to_a_spanish_reader(
    app: Flask, session: Session, world: World, browse: Callable[..., FlaskClient], role: str
) -> None:
    client = browse(world.people[role])
    found: dict[str, list[str]] = {}
    opened = 0
    for endpoint, method, rule in routes(app):
        if method != "GET" or rule.rule.startswith("/api/"):
            continue
        if not share(f"{role} {rule.rule}", 12):
            continue
        session.expire_all()
        answer = client.get(address_of(rule, world))
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        opened += 1
        page = answer.get_data(as_text=True)
        assert '<html lang="es">' in page
        for said in english_in(page):
            found.setdefault(said, []).append(f"{endpoint} {rule.rule}")

    assert found == {}
    assert opened > 3


def test_a_notice_is_in_its_readers_language_whoever_writes_it(session: Session, world: World) -> None:
    reader, other = world.people["lead"], world.people["hub"]
    other.locale = ""
    session.flush()
    at = reader.created_at

    with in_language("es"):
        notify(session, [reader.id, other.id], kind="feedback.answered", at=at,
               subject=_("Answered: %(title)s", title="El bus"))  # fmt: skip
    session.flush()

    rows = session.execute(select(Notice.user_id, Notice.subject).where(Notice.kind == "feedback.answered"))
    said = {row[0]: row[1] for row in rows if row[1].endswith("El bus")}
    assert said == {reader.id: "Respondido: El bus", other.id: "Answered: El bus"}


def test_mail_about_an_account_is_in_its_owners_language(session: Session, world: World) -> None:
    reader, other = world.people["lead"], world.people["hub"]
    other.locale = ""
    session.flush()
    at = reader.created_at

    with in_language("es"):
        account_services.set_password(session, other, "a long and quiet walk", at=at)
        link_services.send_reset(session, other.email, other, base_url="https://x.example", at=at)
    account_services.set_password(session, reader, "a long and quiet walk", at=at)
    link_services.send_reset(session, reader.email, reader, base_url="https://x.example", at=at)
    session.flush()

    def sent_to(person: User) -> list[str]:
        found = select(Notice.subject).where(Notice.address == person.email, Notice.user_id.is_(None))
        return list(session.scalars(found.order_by(Notice.id)))

    # Who asks for a link and has chosen no language is answered in that of the page they ask on.
    assert sent_to(other) == [
        "Your Switchback password was changed",
        "Establezca una contraseña nueva para Switchback",
    ]
    assert sent_to(reader) == [
        "Su contraseña de Switchback cambió",
        "Establezca una contraseña nueva para Switchback",
    ]
    letters = {each.address: each.locale for each in due(session, at)}
    assert (letters[reader.email], letters[other.email]) == ("es", "")


def test_a_historys_kinds_and_fields_are_said_in_spanish(app: Flask) -> None:
    unsaid = set()
    with app.app_context(), in_language("es"):
        for kind, known in KINDS.items():
            if kind_name(kind) == plainly(kind) and kind not in {"plan"}:
                unsaid.add(kind)
            for column in inspect(known.model).columns:
                name = column.key
                if name in UNTOLD or field_name(name) != plainly(name.removesuffix("_id")):
                    continue
                unsaid.add(name)
    assert unsaid == set()


@lighter_database
def test_a_language_is_chosen_before_signing_in(app: Flask, session: Session, world: World) -> None:
    client = app.test_client()
    assert '<html lang="en">' in client.get("/sign-in").text

    answer = client.get("/language/es?next=/sign-in")

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert '<html lang="es">' in client.get("/sign-in").text
    assert client.get("/language/es?next=//evil.example/").location == "/"
    assert client.get("/language/xx").status_code == 404


@lighter_database
def test_the_browser_asks_for_a_language(app: Flask, session: Session) -> None:
    page = app.test_client().get("/sign-in", headers={"Accept-Language": "es-US,es;q=0.9,en;q=0.8"}).text

    assert "Iniciar sesión" in page


@lighter_database
def test_programs_are_spoken_to_in_english(app: Flask, session: Session, world: World) -> None:
    answer = app.test_client().get("/api/v1/me", headers={"Accept-Language": "es"})

    assert ENGLISH.search(answer.get_data(as_text=True)), answer.get_data(as_text=True)


def test_days_are_spanish_and_numbers_those_of_the_country() -> None:
    from nic_platform import days, filters

    with in_language("es"):
        assert days.day(date(2026, 2, 24), year=True) == "24 feb 2026"
        assert days.weekday(date(2026, 3, 6)) == "vie, 6 de mar"
        assert (days.month(date(2026, 8, 1)), days.month_year(date(2026, 8, 1))) == ("ago", "ago 2026")
        assert filters.number(1234.5) == "1,234.5"


@lighter_database
def test_a_networks_own_words_are_said_in_english_only(app: Flask) -> None:
    with speaking({"milestone": ["benchmark", "benchmarks"]}):
        assert label("milestone") == "benchmark"
        with in_language("es"):
            assert label("milestone", 2) == "hitos"


@lighter_database
def test_a_files_columns_are_known_in_either_language(app: Flask) -> None:
    with in_language("es"):
        targets = [Target("level", str(_("Level"))), Target("team", str(_("Team")))]

    assert propose(["Level", "Equipo"], targets) == {"level": "Level", "team": "Equipo"}
