"""Loop measures on pages, in tables and in the API: who sees them, and at what cost."""

import csv
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback import answer_services, loop_charts
from feedback.loops import By, Stretch, Tally
from nic_platform import clock
from tests import factories as make
from tests.factories import TODAY
from tests.feedback.conftest import Place, later

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lived(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place with an item that was answered in six days, and one on its way; it is always the same day."""
    monkeypatch.setattr(clock, "now", lambda: make.NOON)
    item = place.sent(later(-20))
    day = later(-14)
    answer = {"changes": "policy", "text": "Memo"}
    answer_services.answer(
        place.session, item, answer, by=place.actor("hub"), at=place.at(day), day=day
    )  # fmt: skip
    place.sent(later(-2), title="A second one")
    return place


def addresses(place: Place) -> dict[str, str]:
    base = "/feedback/loops"
    return {
        "all": base,
        "teams": f"{base}/teams",
        "links": f"{base}/links",
        "hub": f"{base}/teams/{place.hub.public_id}",
        "link": f"{base}/links/{place.up.public_id}",
    }


MAY = {
    "school": {"all": 200, "teams": 200, "links": 200, "hub": 404, "link": 200},
    "peer": {"all": 200, "teams": 200, "links": 200, "hub": 404, "link": 404},
    "hub": {"all": 200, "teams": 200, "links": 200, "hub": 200, "link": 200},
    "state": {"all": 200, "teams": 200, "links": 200, "hub": 200, "link": 200},
    "network_lead": {"all": 200, "teams": 200, "links": 200, "hub": 200, "link": 200},
    "analyst": {"all": 200, "teams": 404, "links": 404, "hub": 404, "link": 404},
}


@pytest.mark.parametrize("who", MAY)
def test_a_links_measures_are_for_its_ends_and_those_above_and_names_for_no_analyst(
    browse: Browse, lived: Place, who: str
) -> None:
    client = browse(lived.people[who])

    assert {name: client.get(where).status_code for name, where in addresses(lived).items()} == MAY[who]


def test_the_page_leads_with_what_was_found(browse: Browse, lived: Place) -> None:
    page = browse(lived.people["analyst"]).get("/feedback/loops").text

    lede = "2 items were sent. 2 of them are still open. Half of the first answers came within 6 days."
    assert lede in page
    assert "No signal yet." in page
    assert "Loops by team" not in page
    assert "A second one" not in page


def test_lists_name_what_was_reached_in_the_order_of_names(browse: Browse, lived: Place) -> None:
    client = browse(lived.people["network_lead"])

    teams, links = (client.get(f"/feedback/loops/{what}").text for what in ("teams", "links"))

    assert f"/feedback/loops/teams/{lived.hub.public_id}" in teams
    assert str(lived.state.public_id) not in teams  # nothing reached it
    assert f"{lived.school.name} to Hub" in links
    assert "None of that name." in client.get("/feedback/loops/teams?q=zzz").text


def test_a_list_goes_on_after_the_last_name(
    session: Session, browse: Browse, lived: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.loop_views.PAGE", 1)
    link = make.make_link(session, lived.peer, lived.state)
    item = make.make_item(session, lived.peer, state="waiting", sent_on=TODAY, holder_id=lived.state.id)
    make.make_step(session, item, lived.state, from_id=lived.peer.id)
    client = browse(lived.people["network_lead"])
    named = sorted([(lived.school.name, lived.up), (lived.peer.name, link)], key=lambda each: each[0])

    first = client.get("/feedback/loops/links").text
    then = client.get(f"/feedback/loops/links?after={named[0][1].public_id}").text

    assert str(named[1][1].public_id) not in first
    assert f"after={named[0][1].public_id}" in first
    assert f"links/{named[1][1].public_id}" in then
    assert "Show more" not in then


@pytest.mark.parametrize("rows", ["levels", "months", "teams", "links"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_table_can_be_taken_away(browse: Browse, lived: Place, rows: str, ending: str) -> None:
    answer = browse(lived.people["network_lead"]).get(f"/feedback/loops.{ending}?rows={rows}")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="loops-{rows}.{ending}"'
    if ending == "csv":
        header, *lines = csv.reader(answer.text.removeprefix("\ufeff").splitlines())
        assert {len(line) for line in lines} == {len(header)}
        assert sum("6.0" in line for line in lines) == 1


def test_an_analysts_tables_name_nobody(browse: Browse, lived: Place) -> None:
    client = browse(lived.people["analyst"])
    hidden = [f"rows={rows}" for rows in ("teams", "links")] + [f"rows=months&team={lived.hub.public_id}"]

    assert {client.get(f"/feedback/loops.csv?{query}").status_code for query in hidden} == {404}
    assert client.get("/feedback/loops.csv?rows=levels").status_code == 200


def test_the_api_says_what_the_pages_say(browse: Browse, lived: Place) -> None:
    client = browse(lived.people["network_lead"])

    whole: Any = client.get("/api/v1/feedback/loops").json
    link = client.get(f"/api/v1/feedback/loops?link_id={lived.up.public_id}&by=week").json
    teams = client.get("/api/v1/feedback/loops/teams").json
    links = client.get("/api/v1/feedback/loops/links").json

    assert whole["measures"]["within_promise"] == {"part": 1, "whole": 1, "percent": 100.0}
    assert [level["level"] for level in whole["levels"]] == ["district"]
    assert {chart["measure"] for chart in whole["charts"]} == set(loop_charts.KEYS)
    assert (link["measures"]["days_to_answer"], link["levels"]) == (6.0, [])
    found = [(row["id"], row["measures"]["items"]) for row in teams["items"]]
    assert found == [(str(lived.hub.public_id), 2)]
    assert [row["promised_days"] for row in links["items"]] == [10]
    hidden = browse(lived.people["peer"]).get(f"/api/v1/feedback/loops?link_id={lived.up.public_id}")
    assert hidden.status_code == 404


def test_pages_ask_equally_often_however_much_there_is(
    session: Session, browse: Browse, count_queries: CountQueries, lived: Place
) -> None:
    counts = []
    for many in (0, 12):
        for number in range(many):
            site = make.make_site(session, parent=lived.hub.site)
            team = make.make_team(session, site=site)
            make.make_link(session, team, lived.hub)
            day = later(-number)
            item = make.make_item(session, team, state="waiting", sent_on=day, holder_id=lived.hub.id)
            make.make_step(session, item, lived.hub, from_id=team.id, reached_on=day, promised_on=TODAY)
        client, asked = browse(lived.people["state"]), {}
        for name, where in addresses(lived).items():
            session.expire_all()
            with count_queries() as seen:
                assert client.get(where).status_code == 200
            asked[name] = len(seen)
        counts.append(asked)

    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 14
    assert max(count for name, count in counts[0].items() if name != "all") <= 12


def test_a_year_of_weeks_that_got_quicker_is_a_signal() -> None:
    weeks = [
        Stretch(TODAY - timedelta(weeks=24 - at), Tally(answers=Counter({20 if at < 12 else 4: 3})))
        for at in range(24)
    ]
    whole = Tally()
    for week in weeks:
        whole.add(week.tally)

    chart = loop_charts.charts_of(weeks, whole, By.WEEK, TODAY)[0]

    assert chart.reading.title == "Improving, not chance."
    assert chart.title == "Half of the first answers came within 12 days."
    assert (len(chart.lines), chart.lines[-1].words) == (24, "4")


def test_what_never_happened_has_words_and_no_picture() -> None:
    charts = loop_charts.charts_of([Stretch(TODAY, Tally())], Tally(), By.MONTH, TODAY)

    assert [chart.wide for chart in charts] == [""] * 4
    assert charts[0].title == "No first answer yet."
    assert loop_charts.lede(Tally(), 0) == "Nothing was sent in this time."
