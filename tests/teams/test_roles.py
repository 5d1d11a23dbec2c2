"""What people are in a team, in words."""

from datetime import date

from nic_platform.actor import TeamRole
from teams.roles import role_names, role_words


def test_every_role_has_a_name_and_a_lead_for_now_a_day() -> None:
    assert set(role_names()) == set(TeamRole)
    assert role_words(TeamRole.LEAD, date(2027, 3, 3)) == "Lead until Mar 3, 2027"
    assert role_words(TeamRole.LEAD) == "Lead"
    assert role_words(TeamRole.MEMBER, date(2027, 3, 3)) == "Member"
