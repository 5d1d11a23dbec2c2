import pytest
from sqlalchemy.orm import Session

from milestones import decision_services
from milestones.models import Decision
from nic_platform.errors import InputError
from teams.models import Team
from tests import factories as make


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.mark.parametrize(
    ("choice", "text", "fields"), [("", "x", {"choice"}), ("adapt", "", {"text"}), ("decline", " ", {"text"})]
)
def test_a_decision_has_a_choice_and_a_reason(
    session: Session, team: Team, choice: str, text: str, fields: set[str]
) -> None:
    with pytest.raises(InputError) as refused:
        decision_services.decide(session, team, text=text, choice=choice, on=make.TODAY)

    assert set(refused.value.fields) == fields


def test_what_was_opened_is_tied_to_the_decision_and_undoing_keeps_it(session: Session, team: Team) -> None:
    milestone = make.make_milestone(session, team)
    found = decision_services.decide(
        session, team, text="", choice="accept", on=make.TODAY, suggestion="coaching", milestone=milestone,
        details={"status": "missed"},
    )  # fmt: skip

    decision_services.tie(session, found, "step", milestone.public_id)
    decision_services.undo(session, found, at=make.NOON)

    kept = session.get_one(Decision, found.id)
    assert (kept.follow_up_kind, kept.follow_up_id) == ("step", milestone.public_id)
    assert kept.deleted_at == make.NOON
    decision_services.restore(session, kept)
    assert kept.deleted_at is None
    assert kept.details == {"status": "missed"}
