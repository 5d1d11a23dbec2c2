"""What people wrote down of links, and a second link up that takes its own topics."""

from sqlalchemy import and_, func, or_, select, update

from feedback.models import FeedbackStep, PolicyNotice
from nic_platform.actor import Level
from nic_platform.demo.builder import Builder, Row
from nic_platform.demo.names import HUB, SCHOOL, STATE_TEAM
from teams.models import Exchange, Link, Team
from teams.reach_services import extend_reach

TOPICS = ["Testing windows", "Waivers"]


def build(b: Builder) -> None:
    """Add exchanges on the school's and the hub's links, and a regional district's second link up."""
    school, hub, state = (b.teams[name] for name in (SCHOOL, HUB, STATE_TEAM))
    _exchange(b, school.id, hub.id, [
        (3, "meeting", "Huddle. The hub brings two substitutes on Thursdays.", school.person),
        (33, "meeting", "Huddle. Agreed that testing questions go straight to the State.", hub.person),
        (47, "message", "Called about the bus that comes late on Mondays.", school.person),
    ])  # fmt: skip
    _exchange(b, hub.id, state.id, [
        (12, "meeting", "Monthly call. The waiver for observation hours is being drafted.", hub.person),
    ])  # fmt: skip
    district = b.session.scalars(
        select(Link.lower_id)
        .join(Team, Team.id == Link.upper_id)
        .where(Link.network_id == b.network_id, Team.level == Level.REGION)
        .order_by(Link.id)
        .limit(1)
    ).one()
    row: Row = {
        "lower_id": district, "upper_id": state.id, "why": "Dates of tests are the State's to change.",
        "what": "Questions of testing windows and waivers, and nothing else", "topics": TOPICS,
        "rhythm_days": 30, "duration": "10 minutes", "form": "Here", "promised_days": 21,
        "answer_form": "In writing", "last_exchange_at": b.days.ago(9), "sender_id": None,
        "receiver_id": None,
    }  # fmt: skip
    b.add(Link, [row], at=b.days.ago(60), by=b.people["lead"])
    extend_reach(b.session, district, state.id)
    _settle(b)


def _settle(b: Builder) -> None:
    """Let each link say when something last passed on it, as the other parts of the story have it."""
    between = or_(
        and_(FeedbackStep.from_id == Link.lower_id, FeedbackStep.team_id == Link.upper_id),
        and_(FeedbackStep.from_id == Link.upper_id, FeedbackStep.team_id == Link.lower_id),
    )
    sources = [
        select(func.max(FeedbackStep.reached_at)).where(between),
        select(func.max(PolicyNotice.sent_at)).where(PolicyNotice.team_id == Link.upper_id),
    ]
    for source in sources:
        passed = source.correlate(Link).scalar_subquery()
        b.session.execute(
            update(Link)
            .where(Link.network_id == b.network_id, passed > Link.last_exchange_at)
            .values(last_exchange_at=passed)
            .execution_options(synchronize_session=False)
        )


def _exchange(
    b: Builder, lower_id: int, upper_id: int, passed: list[tuple[int, str, str, int | None]]
) -> None:
    link_id = b.session.scalars(
        select(Link.id).where(Link.lower_id == lower_id, Link.upper_id == upper_id)
    ).one()
    dated = []
    for days, kind, words, person in passed:
        on = b.days.ago(days)
        row: Row = {"link_id": link_id, "kind": kind, "on": on.date(), "words": words}
        dated.append((on, person, row))
    b.add_dated(Exchange, dated)
    last = max(on for on, _person, _row in dated)
    b.session.execute(
        update(Link)
        .where(Link.id == link_id, Link.last_exchange_at < last)
        .values(last_exchange_at=last)
        .execution_options(synchronize_session=False)
    )
