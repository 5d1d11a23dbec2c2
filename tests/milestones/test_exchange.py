"""A plan leaves as a document and comes back as it was, whoever's words, signs and empty places it holds."""

import io
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from milestones import exchange, exchange_book, exchange_json
from milestones.exchange import Document, Kind, Part, Row, canonical
from milestones.exchange_compare import propose
from milestones.exchange_present_queries import look
from milestones.exchange_queries import load
from milestones.exchange_reading import Reading, read_file
from milestones.exchange_services import Done, write
from milestones.models import Plan
from teams.models import Team
from tests import factories as make
from tests.drill import IS_DRILL

NOW = datetime(2026, 2, 25, 19, 0, tzinfo=UTC)
TODAY = date(2026, 2, 25)
SPAN = (date(2025, 8, 18), date(2026, 5, 29))

# ---------------------------------------------------------------- documents made up

WORDS = st.one_of(
    st.sampled_from(["", "=1+1", "+1", "-3", "@SUM(A1)", " a ", "a\nb", "a\r\nb", "\t", "'x", "0123", "yes",
                     "1", "2026-02-24", "_x0041_", "Ñandú 日本 \U0001f600", "#N/A", "a\\nb", "<b>&", "\x01"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=30),
)  # fmt: skip
NUMBERS = st.one_of(st.none(), st.just(0.0), st.floats(0, 100), st.integers(0, 100).map(float))
DAYS = st.one_of(
    st.none(), st.dates(date(2025, 8, 18), TODAY), st.dates(date(1900, 1, 1), date(2199, 12, 31))
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2026, 2, 24), timezones=st.just(UTC))


def values_of(each: exchange.Field) -> st.SearchStrategy[Any]:
    """Return what a field may hold."""
    return {
        Kind.TEXT: WORDS.map(lambda text: text[: each.size] or each.empty),
        Kind.DAY: DAYS if not each.is_required else st.dates(SPAN[0], TODAY),
        Kind.MOMENT: MOMENTS if each.is_required else st.one_of(st.none(), MOMENTS),
        Kind.TIME: st.one_of(st.none(), st.times().map(lambda at: at.replace(fold=0))),
        Kind.NUMBER: NUMBERS if not each.is_required else st.floats(0, 100),
        Kind.WHOLE: st.integers(0, min(each.size, 1000)),
        Kind.YES_NO: st.booleans(),
        Kind.MAYBE: st.one_of(st.none(), st.booleans()),
        Kind.CHOICE: st.sampled_from(each.choices or ("",)),
        Kind.LINES: st.lists(WORDS.filter(lambda text: bool(text.strip())), max_size=3),
        Kind.JSON: st.dictionaries(WORDS, st.one_of(WORDS, st.integers(0, 9), st.none()), max_size=2),
        Kind.OUTER: st.none(),
        Kind.PERSON: st.just(""),
        Kind.REF: st.none(),
    }[each.kind]  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Make a plan of up to two things of each kind, tied together at random."""
    document = Document({"ref": "plan", "title": draw(WORDS)[:200], "carried_from": None}, "2025-26")
    for part in exchange.writing_order():
        for number in range(draw(st.integers(0, 2))):
            row: Row = {"ref": f"{part.key}-{number}"}
            row |= {each.name: draw(values_of(each)) for each in part.fields}
            for ref in part.refs:
                there = [other["ref"] for other in document.rows(ref.of)]
                row[ref.name] = draw(
                    st.sampled_from([*([] if ref.is_required and there else [None]), *there])
                )
            if all(row[ref.name] for ref in part.refs if ref.is_required) and _fits(part, row, document):
                document.rows(part.key).append(row)
    return _reachable(document)


def _fits(part: Part, row: Row, document: Document) -> bool:
    """Make a row one that the platform takes: on the board with date and test, a share 1 of 2."""
    if "is_common" in row:
        row["is_common"] = False
        row["name"] = row["name"].strip() or part.key
    if part.key == "milestones" and not row["is_draft"]:
        row |= {"due_on": date(2026, 3, 1), "target": 80.0, "acceptance_test": "=it runs"}
        row["measure"] = row["measure"] or next((m["ref"] for m in document.rows("measures")), None)
        row["is_draft"] = row["measure"] is None
    if part.key == "measurements":
        kind = next(m["type"] for m in document.rows("measures") if m["ref"] == row["measure"])
        counted = kind in {"proportion", "rate"}
        row |= {"count": 1.0 if kind != "continuous" else None, "population": 2.0 if counted else None}
        row["value"] = 3.0 if kind in {"continuous", "time_between_events"} else None
        row |= {"recorded_at": NOW, "is_withdrawn": False, "observed_on": date(2026, 1, 5)}
        taken = {other["supersedes"] for other in document.rows("measurements")}
        row["supersedes"] = None if row["supersedes"] in taken else row["supersedes"]
    if part.key == "backwards_plans":
        return row["strand"] not in {other["strand"] for other in document.rows(part.key)}
    return True


def _reachable(document: Document) -> Document:
    """Leave out what a plan's document would not hold: measures that nothing uses, and their counts."""
    used = {row["measure"] for key in ("milestones", "interim_targets") for row in document.rows(key)}
    document.parts["measures"] = [row for row in document.rows("measures") if row["ref"] in used]
    document.parts["measurements"] = [row for row in document.rows("measurements") if row["measure"] in used]
    tools = {row["observation_tool"] for key in ("milestones", "measures") for row in document.rows(key)}
    document.parts["tools"] = [row for row in document.rows("tools") if row["ref"] in tools]
    document.parts["decisions"] = [
        row for row in document.rows("decisions") if row["milestone"] or row["strategy"] or row["touchpoint"]
    ]
    for key in exchange.NUMBERED:
        document.rows(key).sort(key=lambda row: row["position"])
    return document


# ---------------------------------------------------------------- in and out


def bring_in(session: Session, team: Team, document: Document, plan: Plan | None = None) -> Done:
    here = look(session, team, plan, document)
    proposal = propose(document, here.present, today=TODAY)
    assert proposal.problems == []
    by = make.actor_of(session, make.make_user(session, team), team)
    return write(session, here, document, proposal, school_year="2025-26", by=by, at=NOW)


def take_out(session: Session, plan: Plan) -> Document:
    session.expire_all()
    return load(session, plan, SPAN, at=NOW).document


def through_book(document: Document) -> Reading:
    return read_file(io.BytesIO(exchange_book.as_bytes(document)), "plan.xlsx")


def through_json(document: Document) -> Reading:
    return read_file(io.BytesIO(exchange_json.as_bytes(document)), "plan.json")


@settings(max_examples=60 if IS_DRILL else 7, suppress_health_check=list(HealthCheck), deadline=None)
@given(document=documents())
def test_nothing_is_lost_in_a_workbook_or_a_document(document: Document) -> None:
    for reading in (through_book(document), through_json(document)):
        assert reading.problems == []
        assert canonical(reading.document) == canonical(document)
        assert reading.document.school_year == "2025-26"


@settings(
    max_examples=40 if IS_DRILL else 4,
    suppress_health_check=list(HealthCheck),
    deadline=None,
    derandomize=True,
)
@given(document=documents())
def test_a_plan_that_went_to_another_team_is_the_same_plan(session: Session, document: Document) -> None:
    with session.begin_nested() as taken_back:
        first = bring_in(session, make.make_team(session), document).plan
        left = take_out(session, first)
        assert canonical(left) == canonical(document)

        second = bring_in(session, make.make_team(session), through_book(left).document).plan
        third = bring_in(
            session, make.make_team(session), through_json(take_out(session, second)).document
        ).plan
        assert canonical(take_out(session, third)) == canonical(document)

        again = look(session, session.get_one(Team, first.team_id), first, through_book(left).document)
        assert propose(through_book(left).document, again.present, today=TODAY).total("same") == sum(
            len(rows) for rows in left.parts.values()
        )
        taken_back.rollback()
    session.expire_all()


def test_a_course_in_stairs_is_not_taken_for_the_usual_one() -> None:
    document = Document(exchange.blank(exchange.PLAN, ref="p"), "2025-26")
    document.rows("strategies").append(exchange.blank(exchange.BY_KEY["strategies"], ref="s"))
    document.rows("strands").append(exchange.blank(exchange.BY_KEY["strands"], ref="l", strategy="s"))
    row = exchange.blank(exchange.BY_KEY["backwards_plans"], ref="b", strand="l", shape="")
    document.rows("backwards_plans").append(row)
    assert canonical(through_book(document).document) == canonical(document)
    assert canonical(through_json(document).document) == canonical(document)
