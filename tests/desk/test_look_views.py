"""Network leads see who looked at students' figures, by person, place, day and way; others only their own."""

from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform.actor import NetworkRole
from nic_platform.tables import StudentLook
from teams.models import Network
from tests import factories as make
from tests.factories import NOON

Browse = Callable[..., FlaskClient]
DAY = date(2026, 2, 24)


def test_looks_are_listed_filtered_and_paged(session: Session, browse: Browse) -> None:
    team, elsewhere = make.make_team(session, name="Alder Creek"), make.make_team(session)
    network, lead = session.get_one(Network, team.network_id), make.make_user(session, name="Lea Lead")
    make.make_network_member(session, network, lead, NetworkRole.LEAD)
    mira = make.make_user(session, team, name="Mira Reader")

    def look(user: object, where: object, days: int, way: str = "page", **more: object) -> None:
        told = {"place": "team", "place_id": where.public_id, "network_id": network.id, **more}  # type: ignore[attr-defined]  # a team or network
        at = NOON - timedelta(days=days)
        session.add(StudentLook(
            user_id=user.id, on_day=DAY - timedelta(days=days), way=way, first_at=at, last_at=at, **told  # type: ignore[attr-defined]  # a person
        ))  # fmt: skip
        session.flush()

    look(mira, team, 3)
    look(mira, team, 2, "file")
    look(lead, network, 1, place="network")
    look(mira, elsewhere, 0, network_id=elsewhere.network_id)
    client, own = browse(lead), browse(mira)

    def days(query: str = "") -> list[str]:
        found = client.get(f"/api/v1/network/looks?{query}").get_json()["items"]
        return [each["on_day"] for each in found]

    first, second, third = "2026-02-23", "2026-02-22", "2026-02-21"
    assert days() == [first, second, third]
    assert days("person=mira") == days("place=alder") == days(f"place_id={team.public_id}") == [second, third]
    assert days(f"person_id={lead.public_id}") == days("on=2026-02-23") == [first]
    assert (days("way=file"), days("person=%25")) == ([second], [])
    page = client.get("/api/v1/network/looks?limit=2").get_json()
    assert days(f"after={page['next']}") == [third]
    shown = client.get("/network/looks?place=alder").text
    assert ("Mira Reader" in shown, "Alder Creek" in shown, "the whole network" in shown) == (
        True,
        True,
        False,
    )

    assert own.get("/network/looks").status_code == own.get("/api/v1/network/looks").status_code == 404
    mine = own.get("/api/v1/account/looks").get_json()["items"]
    assert [each["on_day"] for each in mine] == ["2026-02-24", second, third]
    assert "Lea Lead" not in own.get("/account/looks").text
