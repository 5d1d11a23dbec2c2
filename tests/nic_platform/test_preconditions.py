"""Who reads again is spared what has not changed; who writes from an older version is refused."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import Milestone
from nic_platform.preconditions import IfMatch, is_known, read_header, tags_of
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["lead"])


def plan(world: World) -> str:
    return f"/api/v1/plans/{world.ids['plan_id']}"


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ('"7.3f9c"', IfMatch(frozenset({7}))),
        ('W/"7.3f9c:br"', IfMatch(frozenset({7}))),
        ("7", IfMatch(frozenset({7}))),
        ('"7", "9.ab"', IfMatch(frozenset({7, 9}))),
        ("*", IfMatch(frozenset(), takes_any=True)),
        ('"ab"', IfMatch(frozenset())),
        ("", None),
    ],
)
def test_a_header_names_versions(header: str, asked: IfMatch | None) -> None:
    assert read_header(header) == asked


def test_tags_are_read_without_what_compression_adds() -> None:
    assert tags_of('"1.a:gzip", W/"b" , "c"') == ["1.a", "b", "c"]
    assert is_known("1.a", 'W/"1.a:br"')
    assert not is_known("1.a", '"1.b"')


def test_a_thing_is_not_sent_again_until_it_changes(world: World, lead: FlaskClient) -> None:
    first = lead.get(plan(world))
    tag = first.headers["ETag"]
    assert tag.startswith(f'"{first.json["version"]}.')

    spared = lead.get(plan(world), headers={"If-None-Match": tag})
    lead.patch(plan(world), json={"title": "Another"}, headers={"If-Match": tag})
    changed = lead.get(plan(world), headers={"If-None-Match": tag})

    assert (spared.status_code, spared.data, spared.headers["ETag"]) == (304, b"", tag)
    assert changed.status_code == 200


def test_a_list_has_a_weak_tag(lead: FlaskClient) -> None:
    assert lead.get("/api/v1/plans").headers["ETag"].startswith("W/")


def test_a_change_needs_the_version_in_header_or_body(world: World, lead: FlaskClient) -> None:
    tag = lead.get(plan(world)).headers["ETag"]
    neither = lead.patch(plan(world), json={"title": "A"})
    made = lead.patch(plan(world), json={"title": "A"}, headers={"If-Match": tag})
    stale = lead.patch(plan(world), json={"title": "B"}, headers={"If-Match": tag})
    version = made.json["version"]
    apart = lead.patch(plan(world), json={"title": "B", "version": version}, headers={"If-Match": tag})

    assert [each.status_code for each in (neither, made, stale, apart)] == [428, 200, 412, 412]
    assert lead.get(plan(world)).json["title"] == "A"


def test_a_deletion_is_held_against_the_header(session: Session, world: World, lead: FlaskClient) -> None:
    path = f"/api/v1/milestones/{world.ids['milestone_id']}"
    version = lead.get(path).json["version"]

    stale = lead.delete(path, headers={"If-Match": f'"{version + 1}"'})
    row = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    assert (stale.status_code, row.deleted_at) == (412, None)
    assert lead.delete(path, headers={"If-Match": f'"{version}"'}).status_code == 204


def test_what_has_no_version_is_not_written_under_a_header(world: World, lead: FlaskClient) -> None:
    path = f"/api/v1/tokens/{world.ids['token_id']}"
    assert lead.delete(path, headers={"If-Match": '"1"'}).status_code == 404  # somebody else's
    wrong = lead.put(f"/api/v1/teams/{world.school.public_id}/first-steps", json={"is_finished": True},
                     headers={"If-Match": '"99"'})  # fmt: skip
    assert wrong.status_code == 412
