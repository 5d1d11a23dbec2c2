"""What two do at the same moment: it is done once, and nothing is left without its last."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import passkey_services, second_services, services
from accounts.models import Passkey, RecoveryCode, TotpFactor, User
from desk import ending_queries, ending_services
from milestones import adoption_services, template_queries
from milestones.models import Plan, Strategy, StrategyTemplate
from nic_platform import import_files
from nic_platform.actor import Actor, NetworkRole
from nic_platform.database import session, transaction
from nic_platform.tables import Deletion, ImportRun
from teams import calendar_services, role_services
from teams.models import CalendarSpan, Network, NetworkMember, SchoolYear
from tests import factories as make
from tests.together import Work, at_once

BY = Actor(1)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Return what makes everybody dawdle after they have looked, so that another could slip in between."""

    def put(module: Any, name: str) -> None:
        look = getattr(module, name)

        def dawdle(*given: Any, **named: Any) -> Any:
            found = look(*given, **named)
            time.sleep(0.15)
            return found

        monkeypatch.setattr(module, name, dawdle)

    return put


def number(app: Flask, what: Any, *where: Any) -> int:
    with app.app_context():
        found = session().scalar(select(func.count()).select_from(what).where(*where)) or 0
        session().rollback()
    return int(found)


def test_what_is_made_by_a_press_is_made_once(own_app: Flask, slowly: Callable[[Any, str], None]) -> None:
    slowly(template_queries, "adopted_in")
    slowly(calendar_services, "spans_of")
    with own_app.app_context(), transaction() as current:
        team = make.make_team(current)
        network = current.get_one(Network, team.network_id)
        plan, template = make.make_plan(current, team), make.make_template(current, network)
        make.make_common(current, template)
        run = ImportRun(network_id=network.id, kind="teams", file_name="teams.csv", created_at=make.NOON)
        current.add(run)
        current.flush()
        ids = plan.id, template.id, make.make_school_year(current, network, "2026-27").id, run.id

    def adopt(current: Session) -> None:
        plan, template = current.get_one(Plan, ids[0]), current.get_one(StrategyTemplate, ids[1])
        own = [
            adoption_services.Own(each, None, 60.0)
            for each in template_queries.commons_of(current, template.id)
        ]
        adoption_services.adopt(current, plan, template, own, at=make.NOON)

    def quarters(current: Session) -> None:
        year = current.get_one(SchoolYear, ids[2])
        calendar_services.add_quarters(current, year, by=BY, at=make.NOON)

    def look_again(current: Session) -> None:
        run = current.get_one(ImportRun, ids[3])
        time.sleep(0.05)  # both have read it as it stood
        import_files.hold_preview(current, run)
        run.state = "done"

    assert sorted(at_once(own_app, [look_again, look_again])) == ["ConflictError", "done"]
    assert sorted(at_once(own_app, [adopt, adopt])) == ["InputError", "done"]
    assert number(own_app, Strategy) == 1
    assert sorted(at_once(own_app, [quarters, quarters])) == ["RuleError", "done"]
    assert number(own_app, CalendarSpan) == 4


def test_the_last_of_a_kind_stays(own_app: Flask, slowly: Callable[[Any, str], None]) -> None:
    slowly(ending_queries, "led_alone")
    with own_app.app_context(), transaction() as current:
        network = make.make_network(current)
        pair = [make.make_user(current, is_admin=each == 0) for each in range(3)]
        admins = [pair[0].id, make.make_user(current, is_admin=True).id]
        leads = [person.id for person in pair[1:]]
        held = [
            make.make_network_member(current, network, person, NetworkRole.LEAD).id for person in pair[1:]
        ]

    def goes(person: int) -> Work:
        def work(current: Session) -> None:
            user = current.get_one(User, person)
            ending_services.ask_person(current, user, by=Actor(person), at=make.NOON)

        return work

    def shut_out(person: int) -> Work:
        return lambda current: services.disable(current, current.get_one(User, person), by=BY, at=make.NOON)

    def take_role(member: int) -> Work:
        return lambda current: role_services.take_role(
            current, current.get_one(NetworkMember, member), at=make.NOON
        )

    assert sorted(at_once(own_app, [shut_out(admins[0]), goes(admins[1])])) == ["RuleError", "done"]
    assert sorted(at_once(own_app, [goes(leads[0]), take_role(held[1])])) == ["RuleError", "done"]
    stays = (User.ends_at.is_(None), User.disabled_at.is_(None))
    assert number(own_app, User, User.is_admin.is_(True), *stays) == 1
    leading = select(NetworkMember.user_id).where(NetworkMember.deleted_at.is_(None))
    assert number(own_app, User, User.id.in_(leading), *stays) == 1


def test_a_deletion_is_asked_once_and_second_steps_go_whole(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as current:
        network = make.make_network(current).id
        person = make.make_user(current, second_since=make.NOON).id
        current.add(TotpFactor(user_id=person, secret="sealed", created_at=make.NOON, confirmed_at=make.NOON))
        current.add(RecoveryCode(user_id=person, code_hash="x" * 64, created_at=make.NOON))
        key = Passkey(user_id=person, name="P", credential_id="AA", public_key="AA", created_at=make.NOON)
        current.add(key)
        current.flush()
        key_id = key.id

    def asks(current: Session) -> None:
        ending_services.ask_network(current, current.get_one(Network, network), by=BY, at=make.NOON)

    def without_generator(current: Session) -> None:
        second_services.remove_generator(current, current.get_one(User, person), at=make.NOON)
        time.sleep(0.1)

    def without_key(current: Session) -> None:
        user, found = current.get_one(User, person), current.get_one(Passkey, key_id)
        passkey_services.remove(current, user, found, at=make.NOON)
        time.sleep(0.1)

    assert sorted(at_once(own_app, [asks] * 3)) == ["RuleError", "RuleError", "done"]
    assert number(own_app, Deletion) == 1
    assert at_once(own_app, [without_generator, without_key]) == ["done", "done"]
    assert number(own_app, RecoveryCode) == 0
    assert number(own_app, User, User.id == person, User.second_since.is_not(None)) == 0
