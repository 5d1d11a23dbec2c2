"""The page frame: its sections, its switcher, and what it says to whom."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform import frame
from nic_platform.actor import Level, NetworkRole
from tests import factories as make

Browse = Callable[..., FlaskClient]


def test_the_seven_sections_have_pages(app: Flask) -> None:
    with app.test_request_context():
        found = {each.key: each.href for each in frame.sections()}

    assert found == {
        "week": "/", "plan": "/plan", "cycles": "/cycles", "feedback": "/feedback", "compare": "/compare",
        "library": "/library", "network": "/network",
    }  # fmt: skip


def test_a_page_that_an_installation_lacks_has_another_address(app: Flask) -> None:
    with app.test_request_context():
        assert frame.address("nowhere.page", "/otherwise", thing_id=1) == "/otherwise"


def test_every_page_can_be_skipped_to_its_content(session: Session, browse: Browse) -> None:
    page = browse(make.make_user(session, make.make_team(session))).get("/help").text

    assert page.index('class="skip" href="#main"') < page.index("<header")
    assert '<main id="main"' in page


def test_the_switcher_names_every_team_and_marks_the_chosen(session: Session, browse: Browse) -> None:
    network = make.make_network(session)
    school = make.make_team(session, network, name="Alder Creek")
    hub = make.make_team(session, network, name="Cottonwood hub", level=Level.DISTRICT)

    page = browse(make.make_user(session, school, hub)).get("/help").text

    assert f'formaction="/switch/{hub.public_id}"' in page
    assert f'formaction="/switch/{school.public_id}" aria-current="true"' in page
    assert "School team" in page


def test_help_stands_in_the_footer(session: Session, browse: Browse) -> None:
    network = make.make_network(session, help_name="Priya Raman", help_phone="555-0100")

    page = browse(make.make_user(session, make.make_team(session, network))).get("/help").text

    assert "Call Priya Raman," in page
    assert 'href="tel:555-0100"' in page


@pytest.mark.parametrize("path", ["/help", "/", "/search?q=a", "/notices", "/no/such/page"])
def test_no_page_of_the_frame_holds_script_or_style_of_its_own(
    session: Session, browse: Browse, path: str
) -> None:
    page = browse(make.make_user(session, make.make_team(session))).get(path).text

    assert "<style" not in page
    assert "style=" not in page
    assert "<script>" not in page
    assert " onclick" not in page


def test_a_visitor_sees_no_navigation(browse: Browse) -> None:
    page = browse().get("/sign-in").text

    assert 'class="nav"' not in page
    assert 'class="tabbar"' not in page


def test_only_who_has_a_team_is_asked_to_log(session: Session, browse: Browse) -> None:
    network = make.make_network(session)
    member = make.make_user(session, make.make_team(session, network))
    analyst = make.make_user(session)
    make.make_network_member(session, network, analyst, NetworkRole.ANALYST)

    assert 'href="/log"' in browse(member).get("/help").text
    page = browse(analyst).get("/help").text

    assert 'href="/log"' not in page
    assert 'href="/compare"' in page


def test_who_is_in_no_network_is_led_to_no_page_that_needs_one(session: Session, browse: Browse) -> None:
    administrator = make.make_user(session, is_admin=True)

    page = browse(administrator).get("/help").text

    assert 'href="/network"' not in page
    assert 'href="/plan"' not in page
    assert 'href="/admin/people"' in page
