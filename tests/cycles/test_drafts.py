"""Forms saved as one types: half-filled plans are kept, stale ones are shown beside what is saved now."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import rules as account_rules
from accounts.models import User
from cycles import queries
from cycles.models import Cycle
from nic_platform import audit, audit_trail
from nic_platform.actor import TeamRole
from tests import factories as make

Browse = Callable[..., FlaskClient]


class Page:
    """A cycle's form in somebody's browser, as the script keeps it."""

    def __init__(self, session: Session, client: FlaskClient, cycle: Cycle, step: str = "plan") -> None:
        self.session, self.client, self.cycle = session, client, cycle
        self.url = f"/cycles/{cycle.public_id}/{step}/typed"
        self.fields: dict[str, Any] = {"version": cycle.version}
        if step == "plan":
            self.fields |= {f"p{row}_id": "" for row in range(3)}

    def type(self, **words: Any) -> TestResponse:
        """Type words and wait until they are sent; the page takes over what is acknowledged."""
        self.fields |= words
        answer = self.client.post(self.url, data=self.fields)
        if answer.status_code == 200:
            self.fields |= {"version": answer.json["version"], **answer.json["ids"]}
        self.session.expire_all()
        return answer


@pytest.fixture
def cycle(session: Session) -> Cycle:
    return make.make_cycle(session, make.make_team(session), aim="", title="Tickets")


@pytest.fixture
def page(session: Session, browse: Browse, cycle: Cycle) -> Page:
    return Page(session, browse(make.make_user(session, cycle.team, name="Rosa Medina")), cycle)


def test_a_half_filled_plan_is_kept_as_it_is(page: Page) -> None:
    answer = page.type(aim="Fewer bl", who="", p1_question="How many?")

    assert answer.json["state"] == "saved"
    assert answer.json["said"].startswith("Saved ")
    assert (page.cycle.aim, page.cycle.is_draft, page.cycle.version) == (
        "Fewer bl",
        True,
        answer.json["version"],
    )
    assert [each.question for each in queries.live(page.cycle)] == ["How many?"]


def test_a_prediction_typed_in_many_saves_is_one(page: Page) -> None:
    for words in ("How", "How many", "How many?"):
        page.type(p1_question=words)
    page.type(p1_question="")
    page.type(p1_question="How much?", p0_question="How often?")

    live = queries.live(page.cycle)
    assert {each.question for each in live} == {"How much?", "How often?"}
    assert {page.fields["p0_id"], page.fields["p1_id"]} == {str(each.public_id) for each in live}


def test_a_sitting_is_one_line_of_history(page: Page, session: Session) -> None:
    for words in ("Fewer", "Fewer blanks", "Fewer blanks on tickets"):
        page.type(aim=words)

    told = [
        each for each in audit.history(session, "cycle", page.cycle.public_id) if each.action != "created"
    ]
    assert [each.action for each in told] == ["typed"]
    assert told[0].changes["aim"] == ("", "Fewer blanks on tickets")
    assert list(audit_trail.verify(session)) == []


def test_what_cannot_be_read_yet_waits_and_the_rest_is_kept(page: Page) -> None:
    page.type(scale_size="12", starts_on="2026-03-02")
    answer = page.type(scale_size="12 or so", starts_on="2026-13-45", aim="Fewer blanks")

    assert set(answer.json["waits"]) == {"scale_size", "starts_on"}
    assert "Write a whole number." in answer.json["said"]
    assert (page.cycle.scale_size, str(page.cycle.starts_on)) == (12, "2026-03-02")
    assert page.cycle.aim == "Fewer blanks"


def test_a_newer_version_is_never_overwritten(page: Page, session: Session, browse: Browse) -> None:
    other = Page(session, browse(make.make_user(session, page.cycle.team, name="Ben Ortiz")), page.cycle)
    other.type(aim="His aim", who="Ms Lee")

    answer = page.type(aim="Her aim")

    assert answer.status_code == 409
    told = answer.json
    assert told["said"].startswith("Ben Ortiz saved this while you were writing")
    sides = {each["name"]: (each["yours"], each["saved"], each["value"]) for each in told["fields"]}
    assert sides["aim"] == ("Her aim", "His aim", ["His aim"])
    assert page.cycle.aim == "His aim"
    page.fields["version"] = told["version"]  # she chose hers, and his for who tries it
    assert page.type(who="Ms Lee").status_code == 200
    assert (page.cycle.aim, page.cycle.who) == ("Her aim", "Ms Lee")


def test_a_save_whose_answer_was_lost_is_no_second_version(page: Page) -> None:
    before = dict(page.fields)
    page.type(aim="Fewer blanks", p0_question="How many?")
    page.fields = before | {"aim": "Fewer blanks", "p0_question": "How many?"}  # nothing came back

    answer = page.type()

    assert (answer.status_code, answer.json["state"]) == (200, "saved")
    assert len(queries.live(page.cycle)) == 1
    assert page.fields["p0_id"] == str(queries.live(page.cycle)[0].public_id)


def test_rows_are_known_by_their_ids_in_a_conflict(page: Page, session: Session, browse: Browse) -> None:
    page.type(p2_question="Third row")
    other = Page(session, browse(make.make_user(session, page.cycle.team)), page.cycle)
    other.fields |= {"p0_id": page.fields["p2_id"], "p1_id": ""}
    other.type(p0_question="Third row, changed")

    told = page.type(p2_question="My third row").json

    rows = {each["name"]: each["saved"] for each in told["fields"] if each["name"].endswith("_question")}
    assert rows == {"p2_question": "Third row, changed"}


def test_words_that_come_after_do_began_are_shown_and_not_dropped(page: Page, session: Session) -> None:
    page.cycle.stage, page.cycle.is_draft, page.cycle.began_on = "do", False, make.TODAY
    session.flush()

    told = page.type(p0_question="Too late?")

    assert told.status_code == 409
    side = next(each for each in told.json["fields"] if each["name"] == "p0_question")
    assert (side["yours"], side["locked"]) == ("Too late?", True)


@pytest.mark.parametrize("role", [TeamRole.OBSERVER, TeamRole.COACH])
def test_who_only_reads_saves_nothing(session: Session, browse: Browse, cycle: Cycle, role: TeamRole) -> None:
    cycle.is_draft, cycle.stage = False, "do"
    page = Page(session, browse(make.make_user(session, cycle.team, role=role)), cycle, "do")

    assert page.type(observations="Seen").status_code == 403
    assert page.cycle.observations == ""


def test_words_of_one_account_are_not_sent_under_another(page: Page) -> None:
    assert page.type(aim="Hers", person=str(uuid4())).status_code == 403
    assert page.cycle.aim == ""


def test_too_many_saves_are_put_off_kindly(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def few(user_id: int) -> tuple[account_rules.Try, ...]:
        return (account_rules.Try("typing", str(user_id), 1),)

    monkeypatch.setattr(account_rules, "typing_tries", few)
    page.type(aim="One")

    answer = page.type(aim="Two")

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert page.cycle.aim == "One"


# ---------------------------------------------------------------- the quick log


@pytest.fixture
def member(session: Session, cycle: Cycle) -> User:
    return make.make_user(session, cycle.team)


def quick(client: FlaskClient, name: str, **fields: Any) -> TestResponse:
    return client.post("/log/test/typed", data={"draft": name, **fields})


def test_a_quick_log_is_kept_while_it_is_typed_and_logged_once(
    session: Session, browse: Browse, member: User, cycle: Cycle
) -> None:
    client, name = browse(member), str(uuid4())
    first = quick(client, name, change="One qu", milestone="")
    second = quick(client, name, change="One question", prediction="Most", version=first.json["version"])
    assert second.json["state"] == "saved"

    kept = session.scalars(select(Cycle).where(Cycle.is_quick)).one()
    assert (str(kept.public_id), kept.change, kept.is_draft) == (name, "One question", True)
    shown = client.get(f"/log/test?draft={name}").text
    assert all(words in shown for words in ("One question", 'value="Most"', f'value="{name}"'))
    assert f"/log/test?draft={name}" in client.get("/log").text

    milestone = make.make_milestone(session, cycle.team)
    whole = {"draft": name, "change": "One question", "prediction": "Most", "happened": "19 did",
             "milestone": str(milestone.public_id)}  # fmt: skip
    answers = [client.post("/log/test", data=whole) for _press in range(2)]
    assert [answer.location for answer in answers] == [f"/cycles/{name}"] * 2
    assert session.scalars(select(Cycle.stage).where(Cycle.is_quick)).all() == ["act"]


def test_without_a_change_a_quick_log_stays_on_the_phone(
    session: Session, browse: Browse, member: User
) -> None:
    answer = quick(browse(member), str(uuid4()), prediction="Most will answer")

    assert answer.json["state"] == "kept"
    assert session.scalars(select(Cycle).where(Cycle.is_quick)).all() == []


def test_two_phones_on_one_quick_log_see_both_versions(
    session: Session, browse: Browse, member: User
) -> None:
    client, name = browse(member), str(uuid4())
    version = quick(client, name, change="One question").json["version"]
    quick(client, name, change="One question", prediction="Most", version=version)

    answer = quick(client, name, change="One question", prediction="Few", version=version)

    assert answer.status_code == 409
    sides = [(each["name"], each["yours"], each["saved"]) for each in answer.json["fields"]]
    assert sides == [("prediction", "Few", "Most")]
    assert answer.json["said"].startswith("You saved this in another window")


def test_a_draft_of_another_team_is_not_there(session: Session, browse: Browse, member: User) -> None:
    foreign = make.make_cycle(session, make.make_team(session), is_quick=True)

    assert quick(browse(member), str(foreign.public_id), change="Mine").status_code == 404
    assert browse(member).get(f"/log/test?draft={foreign.public_id}").status_code == 404
    assert quick(browse(member), "nonsense", change="Mine").status_code == 404
