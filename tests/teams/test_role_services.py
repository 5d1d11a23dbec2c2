import pytest
from sqlalchemy.orm import Session

from nic_platform.actor import NetworkRole
from nic_platform.errors import RuleError
from teams import role_services
from tests import factories as make
from tests.factories import NOON


def test_a_role_is_taken_and_given_back(session: Session) -> None:
    network, user = make.make_network(session), make.make_user(session)
    held = make.make_network_member(session, network, user, NetworkRole.ANALYST)

    role_services.take_role(session, held, at=NOON)
    assert make.actor_of(session, user).network_roles == frozenset()
    role_services.return_role(session, held)
    assert make.actor_of(session, user).network_roles == {NetworkRole.ANALYST}


def test_the_only_lead_stays(session: Session) -> None:
    network = make.make_network(session)
    first, second = make.make_user(session), make.make_user(session)
    lead = make.make_network_member(session, network, first, NetworkRole.LEAD)
    elsewhere = make.make_network(session)
    make.make_network_member(session, elsewhere, second, NetworkRole.LEAD)

    with pytest.raises(RuleError, match="only lead"):
        role_services.take_role(session, lead, at=NOON)
    assert lead.deleted_at is None

    make.make_network_member(session, network, second, NetworkRole.LEAD)
    role_services.take_role(session, lead, at=NOON)
    assert lead.deleted_at == NOON


def test_a_lead_who_cannot_sign_in_any_more_is_no_other_lead(session: Session) -> None:
    network = make.make_network(session)
    gone, left = make.make_user(session), make.make_user(session)
    make.make_network_member(session, network, gone, NetworkRole.LEAD)
    lead = make.make_network_member(session, network, left, NetworkRole.LEAD)
    gone.disabled_at = NOON
    session.flush()

    with pytest.raises(RuleError, match="only lead"):
        role_services.take_role(session, lead, at=NOON)
    assert lead.deleted_at is None
