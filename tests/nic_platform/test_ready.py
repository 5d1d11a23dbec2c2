"""A statement that is kept shows each who asks their own rows, and can hold nobody's values."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, NetworkRole, TeamRole
from nic_platform.ready import given, ready
from teams.models import Team
from teams.queries import in_network, reads_drafts, reads_team
from tests.factories import make_team

_BUILT: list[Actor] = []


@ready
def _team(actor: Actor) -> Select[str]:
    _BUILT.append(actor)
    return select(Team.name).where(
        in_network(actor, Team.network_id), reads_team(actor, Team.id), Team.public_id == bindparam("team")
    )


def test_each_reads_their_own_with_one_statement(session: Session) -> None:
    one, other = make_team(session), make_team(session)
    askers = [
        Actor(at + 1, network_id=team.network_id, team_id=team.id, roles={team.id: TeamRole.MEMBER})
        for at, team in enumerate((one, other))
    ]
    _BUILT.clear()

    seen = [
        [session.scalar(_team(actor), given(actor, team=team.public_id)) for team in (one, other)]
        for actor in askers
    ]

    assert seen == [[one.name, None], [None, other.name]]
    assert len(_BUILT) <= 1  # both ask in the same way
    assert _team(askers[0]) is _team(askers[1])
    assert [session.scalar(_first(actor), given(actor, team=one.public_id)) for actor in askers] == [
        one.id,
        None,
    ]


@ready
def _first(actor: Actor) -> Select[int]:
    return _team(actor).with_only_columns(Team.id).limit(1)


@pytest.mark.parametrize(
    "actor",
    [
        Actor(1),
        Actor(1, network_id=1),
        Actor(1, network_id=1, roles={7: TeamRole.LEAD, 9: TeamRole.COACH}),
        Actor(1, network_id=1, roles={7: TeamRole.OBSERVER}),
        Actor(1, network_id=1, network_roles=frozenset({NetworkRole.ANALYST})),
        Actor(1, network_id=1, network_roles=frozenset({NetworkRole.REVIEWER})),
    ],
)
def test_a_condition_has_the_shape_it_has_for_the_person(actor: Actor) -> None:
    @ready
    def kept(actor: Actor) -> Select[str]:
        return _all(actor)

    def _all(actor: Actor) -> Select[str]:
        return select(Team.name).where(
            in_network(actor, Team.network_id), reads_team(actor, Team.id), reads_drafts(actor, Team.id)
        )

    places = given(actor)
    kept_values = {name: places[name] for name in kept(actor).compile().params}
    own = _all(actor).compile()

    assert _nameless(kept(actor)) == _nameless(_all(actor))
    assert set(map(str, kept_values.values())) == {str(value) for value in own.params.values()}


def _nameless(statement: Select[str]) -> str:
    """Return the statement with each of its places named alike."""
    compiled = statement.compile(dialect=sqlite.dialect())
    text = str(compiled)
    for name in sorted(compiled.params, key=len, reverse=True):
        text = text.replace(f"POSTCOMPILE_{name}", "POSTCOMPILE_")
    return text


@pytest.mark.parametrize("name", ["name", "minimum_cell", "time_zone", "roles", "team_public_id"])
def test_what_is_one_persons_is_refused(name: str) -> None:
    @ready
    def kept(actor: Actor) -> Select[str]:
        return select(Team.name).where(Team.name == str(getattr(actor, name)))

    with pytest.raises(LookupError, match="everybody"):
        kept(Actor(1))


@pytest.mark.parametrize("value", [7, 0.5, date(2026, 2, 24), UUID(int=7)])
def test_a_value_is_no_part_of_a_statements_shape(value: object) -> None:
    @ready
    def kept(actor: Actor, at: object) -> Select[str]:
        return select(Team.name).where(Team.id == at)

    with pytest.raises(LookupError, match="not kept in it"):
        kept(Actor(1), value)


def test_teams_and_roles_cannot_be_counted_out() -> None:
    @ready
    def kept(actor: Actor) -> Select[str]:
        return select(Team.name).where(Team.id.in_(sorted(actor.team_ids)))

    with pytest.raises(TypeError):
        kept(Actor(1, network_id=1, roles={7: TeamRole.LEAD}))
