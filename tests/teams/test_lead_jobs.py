"""Two workers watch the leads of teams at once: what is over ends once, and everybody is told once."""

from datetime import timedelta
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import func, select

from nic_platform import clock
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.database import db, session, transaction
from nic_platform.jobs import work_named
from nic_platform.tables import Notice
from teams import interim_services, jobs, lead_services
from teams.models import Membership
from tests import factories as make


def test_two_workers_end_each_lead_once_and_tell_everybody_once(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as current:
        network = make.make_network(current)
        head = make.make_user(current)
        make.make_network_member(current, network, head, NetworkRole.LEAD)
        today = clock.today(network.time_zone)
        long_ago = clock.now() - timedelta(days=30)
        for days in (-1, -2, 3):  # two are over, one ends soon
            team = make.make_team(current, network, level=Level.SCHOOL, created_at=long_ago)
            person = make.make_user(current)
            until = today + timedelta(days=days)
            make.make_membership(current, team, person, TeamRole.LEAD, interim_until=until)
    barrier, trouble, done = Barrier(2), [], []

    def work() -> None:
        with own_app.app_context():
            barrier.wait()
            try:
                done.append(work_named(jobs.LEADS)({}, lambda _share: None))
            except Exception as error:  # whatever it is fails the test
                trouble.append(error)
            db.session.remove()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert trouble == []
    assert sorted((each["ended"], each["reminded"]) for each in done) == [(0, 0), (2, 1)]
    with own_app.app_context():
        rows = session().execute(select(Notice.kind, func.count()).group_by(Notice.kind))
        told = {row[0]: row[1] for row in rows}
        left = session().scalars(select(Membership.role).where(Membership.interim_until.is_(None))).all()
    assert told == {interim_services.ENDS: 2, interim_services.ENDED: 2, lead_services.NO_LEAD: 2}
    assert set(left) == {TeamRole.MEMBER}
