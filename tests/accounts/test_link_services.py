"""Links sent by mail, below the pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import link_services
from accounts.models import OneTimeLink
from accounts.rules import LinkPurpose, hashed
from nic_platform.errors import RuleError
from nic_platform.tables import Notice
from tests import factories as make
from tests.accounts.conftest import Clock


def make_link(session: Session, time: Clock) -> OneTimeLink:
    user = make.make_user(session)
    link_services.send_sign_in(session, user.email, user, base_url="https://nic.example.org", at=time.now())
    return session.scalars(select(OneTimeLink)).one()


def test_a_link_is_used_once_even_by_who_read_it_before(session: Session, time: Clock) -> None:
    link = make_link(session, time)
    link_services.use(session, link, at=time.now())

    with pytest.raises(RuleError):
        link_services.use(session, link, at=time.now())


def test_a_link_that_ran_out_is_not_used(session: Session, time: Clock) -> None:
    link = make_link(session, time)

    with pytest.raises(RuleError):
        link_services.use(session, link, at=link.expires_at)
    link_services.use(session, link, at=link.expires_at - timedelta(seconds=1))


def test_the_mail_leads_to_the_installations_own_address(session: Session, time: Clock) -> None:
    link = make_link(session, time)
    body = session.scalars(select(Notice.body)).one()
    token = body.split("https://nic.example.org/sign-in/link/")[1].split()[0]

    assert hashed(token) == link.token_hash
    assert token not in str({column: getattr(link, column) for column in ("email", "payload", "purpose")})
    assert link.expires_at - link.created_at == LinkPurpose.SIGN_IN.lifetime
