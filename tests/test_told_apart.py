"""No page, file or answer may tell two states of the world apart that differ in hidden counts only.

Everything that a role can open is opened twice: once with some small counts, once with others that are hidden
just as those are. Any difference between the two is a leak, wherever it comes from: a number, a bar, a
sentence, a status, the place in a list.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cycles.models import Cycle, Prediction
from feedback.models import FeedbackItem
from measures import resum_services
from measures.models import Measure, Measurement
from milestones.models import InterimTarget, Milestone
from tests import factories as make
from tests.drill import IS_DRILL, small_form
from tests.factories import TODAY, keep_attached
from tests.policy_table import VALUES
from tests.test_policy_matrix import address_of, routes
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
WEEK = timedelta(days=7)
READERS = [
    ("hub", True), ("network_lead", True), ("reviewer", True), ("peer", True), ("analyst", True),
    ("network_lead", False), ("peer", False), ("analyst", False),  # of adults the teams above see all
]  # fmt: skip
_AS_OF_A_DAY = {"milestone_id", "plan_id", "target_id", "strategy_id", "priority_id"}
_CHANGING = re.compile(
    rb'(name="csrf_token"[^>]*value="[^"]*")|(content="[^"]{40,}")|(nonce="[^"]*")|(data-token="[^"]*")'
    rb'|(value="[^"]{60,}")|(name="(key|draft)" value="[^"]*")|(\d\d:\d\d:\d\d\.\d+\+00:00)'
    rb"|(/CreationDate \([^)]*\))|(/ID \[[^]]*\])"
)


class Counted:
    """The world, with small counts of students or adults that can be set to others."""

    def __init__(self, session: Session, world: World, *, students: bool) -> None:
        self.session, self.world, self.students = session, world, students
        self.common = make.make_measure(
            session, network_id=world.network.id, name="Absent often", counts_students=students,
            unit="students" if students else "teachers", breakdown={"EL": ["EL", "not EL"]},
        )  # fmt: skip
        self.small: list[tuple[Measurement, tuple[float, float]]] = []
        self._things()
        self._compared()
        session.flush()

    def _of(self, model: type[Any], name: str) -> Any:
        found = self.session.scalars(select(model).where(model.public_id == self.world.ids[name]))
        return found.one()

    def _things(self) -> None:
        """Let the own school's milestone, target, test and barrier hang on small counts."""
        session, world = self.session, self.world
        self.own: Measure = self._of(Measure, "measure_id")
        self.own.counts_students, self.own.unit = self.students, "students" if self.students else "teachers"
        team, large = world.school, 60 if self.students else 8
        few = {0: (3, 8), 1: (2, 8), 2: (4, 7), 4: (5, 6), 9: (1, 6)}  # weeks ago: one number, and another
        for back in (0, 1, 2, 3, 4, 5, 6, 9):
            on, small = TODAY - back * WEEK, few.get(back)
            if small is None:
                make.make_measurement(session, self.own, team, on, count=30, population=60)
            else:
                row = make.make_measurement(session, self.own, team, on, count=small[0], population=large)
                self.small.append((row, small))
        milestone: Milestone = self._of(Milestone, "milestone_id")
        milestone.measure_id, milestone.due_on = self.own.id, TODAY - WEEK
        milestone.target, milestone.baseline = (10.0, 2.0) if self.students else (60.0, 20.0)
        target: InterimTarget = self._of(InterimTarget, "target_id")
        target.measure_id, target.due_on = self.own.id, TODAY - WEEK
        target.target, target.baseline = milestone.target, milestone.baseline
        cycle: Cycle = self._of(Cycle, "cycle_id")
        cycle.measure_id, cycle.stage = self.own.id, "act"
        cycle.began_on, cycle.ended_on = TODAY - 5 * WEEK, TODAY
        asked: Prediction = self._of(Prediction, "prediction_id")
        asked.question, asked.number, asked.out_of, asked.unit = "How many?", 5, large, self.own.unit
        asked.result_of = large
        self.asked = asked
        item: FeedbackItem = self._of(FeedbackItem, "item_id")
        item.milestone_id, item.affects, self.item = milestone.id, self.own.unit, item

    def _compared(self) -> None:
        """Count the common measure at schools of a district, in groups too."""
        session, world = self.session, self.world
        sites = [make.make_site(session, parent=world.hub.site) for _more in range(5)]
        teams = [world.school, world.peer, *(make.make_team(session, site=site) for site in sites)]
        for team in teams[2:]:
            make.make_link(session, team, world.hub)
        large = 60 if self.students else 8
        for at, team in enumerate(teams):
            for back in range(3):
                on = TODAY - back * WEEK
                if at in {0, 4} and back != 1:
                    small = (2 + back, 6 - back)
                    row = make.make_measurement(
                        session, self.common, team, on, count=small[0], population=large
                    )
                    self.small.append((row, small))
                    continue
                make.make_measurement(session, self.common, team, on, count=24 + at, population=60)
                if back == 1 and self.students:
                    self._groups(team, on, 24 + at, at)

    def _groups(self, team: Any, on: Any, count: int, at: int) -> None:
        few = (3, 7) if at in {0, 2} else (12, 12)  # not the peer's own
        for name, pair in (("EL", few), ("not EL", (count - few[0], count - few[1]))):
            row = make.make_measurement(
                self.session, self.common, team, on, count=pair[0], population=30, subgroup_set="EL",
                subgroup=name,
            )  # fmt: skip
            if few[0] != few[1]:
                self.small.append((row, pair))

    def set(self, which: int) -> None:
        """Give every small count its first or its second number."""
        for row, pair in self.small:
            one = update(Measurement).where(Measurement.id == row.id)
            self.session.execute(one.values(count=pair[which]))
        few = (3, 7)[which]
        told = {"result_number": few, "result": f"{few} of them"}
        self.session.execute(update(Prediction).where(Prediction.id == self.asked.id).values(**told))
        if self.students:
            of_item = update(FeedbackItem).where(FeedbackItem.id == self.item.id)
            self.session.execute(of_item.values(affects_count=few))
        self.session.flush()
        resum_services.rebuild(self.session, self.world.network.id)
        self.session.expire_all()

    def addresses(self, app: Flask) -> Iterator[str]:
        """Yield everything that is read: with the own school's things, and with the common measure."""
        known = set(self.world.ids) | set(VALUES)  # that each has a value is for another test
        rules = [rule for _e, method, rule in routes(app) if method == "GET" and rule.arguments <= known]
        own, common = self.world.ids, self.common.public_id
        for rule in rules:
            yield address_of(rule, self.world)
            if rule.arguments & _AS_OF_A_DAY:
                yield f"{address_of(rule, self.world)}?on={TODAY - 2 * WEEK}"
            if "measure_id" in rule.arguments:
                self.world.ids = own | {"measure_id": common}
                yield f"{address_of(rule, self.world)}?team={self.world.school.public_id}"
                self.world.ids = own
            if rule.rule.startswith(("/compare", "/api/v1/compar")):
                week = TODAY - WEEK - timedelta(days=2)
                for more in ("", f"&week={week}", "&by=school", "&by=school&group=EL:EL"):
                    yield f"{address_of(rule, self.world)}?measure={common}{more}"


def _is_chosen(address: str) -> bool:
    """Say whether an address is opened in the plain run: every ninth, and those nearest to counts."""
    near = re.match(r"(/api/v1)?/(measures|milestones|cycles|compar\w*)/?[^/]*$", address)
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", address)
    return bool(near) or crc32(plain.encode()) % 9 == 0


def _body(client: FlaskClient, address: str) -> bytes:
    answer = client.get(address)
    data = answer.data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"".join(book.read(name) for name in book.namelist() if not name.startswith("docProps"))
    return b"%d " % answer.status_code + _CHANGING.sub(b"", data)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    return make_world(session)


@small_form(lambda p: p["database"] == "sqlite" and (p["role"], p["students"]) == READERS[0])
@pytest.mark.parametrize(("role", "students"), READERS)
def test_hidden_counts_change_nothing_for_a_reader(
    app: Flask, session: Session, world: World, browse: Browse, role: str, students: bool
) -> None:
    counted = Counted(session, world, students=students)
    addresses = sorted({address for address in counted.addresses(app) if IS_DRILL or _is_chosen(address)})
    client = browse(world.people[role])
    counted.set(0)
    first = {address: _body(client, address) for address in addresses}
    counted.set(1)
    differ = [address for address in addresses if _body(client, address) != first[address]]
    counted.set(0)
    told = [address for address in differ if _body(client, address) == first[address]]

    assert told == []
    assert sum(body.startswith(b"200") for body in first.values()) > (100 if IS_DRILL else 20)


def test_the_own_team_tells_them_apart(app: Flask, session: Session, world: World, browse: Browse) -> None:
    counted = Counted(session, world, students=True)
    client = browse(world.people["member"])
    address = f"/measures/{counted.own.public_id}"
    counted.set(0)
    first = _body(client, address)
    counted.set(1)

    assert _body(client, address) != first
