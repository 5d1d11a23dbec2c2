"""Tables of initiatives, practices and their stages, questions between teams, and a network's next steps."""

from datetime import date, datetime

from sqlalchemy import Date, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nic_platform.actor import Level
from nic_platform.database import Base, Edited, Json, Tenant, UtcDateTime

_LEVEL = Enum(
    Level,
    native_enum=False,
    length=16,
    values_callable=lambda e: [m.value for m in e],
    create_constraint=False,
)


class Initiative(Tenant, Edited, Base):
    """A programme, grant, mandate or project in place somewhere in the network, beside its own work."""

    __tablename__ = "initiative"
    __table_args__ = (Index("ix_initiative_name", "network_id", "name"),)
    __audited__ = "initiative"

    name: Mapped[str] = mapped_column(String(200))
    aim: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(200), default="")  # who answers for it: a person or an office
    data_collected: Mapped[str] = mapped_column(Text, default="")  # what it gathers, from whom, how often
    requires: Mapped[str] = mapped_column(Text, default="")  # law, grant or directive behind it
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    import_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_run.id", ondelete="SET NULL"), index=True
    )


class InitiativeDriver(Tenant, Base):
    """Which driver of the network's theory an initiative works on, and how strongly."""

    __tablename__ = "initiative_driver"
    __table_args__ = (UniqueConstraint("initiative_id", "driver_id"),)

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    driver_id: Mapped[int] = mapped_column(ForeignKey("driver.id", ondelete="CASCADE"), index=True)
    is_strong: Mapped[bool] = mapped_column(default=True)


class InitiativePlace(Tenant, Edited, Base):
    """One initiative at one site and level: a line on each of five aspects, what came of it, and what to do.

    ``team_id`` is the team that wrote it, where one did. ``decision`` is keep, stop or reallocate, or empty.
    """

    __tablename__ = "initiative_place"
    __table_args__ = (
        UniqueConstraint("initiative_id", "site_id", "level"),
        Index("ix_initiative_place_site", "site_id", "initiative_id"),
    )
    __audited__ = "initiative_place"

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    level: Mapped[Level] = mapped_column(_LEVEL)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    owner: Mapped[str] = mapped_column(String(200), default="")  # who answers for it here
    teams: Mapped[str] = mapped_column(Text, default="")  # which groups of people carry it here
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    planned: Mapped[str] = mapped_column(Text, default="")
    implemented: Mapped[str] = mapped_column(Text, default="")
    tracked: Mapped[str] = mapped_column(Text, default="")
    monitored: Mapped[str] = mapped_column(Text, default="")
    evaluated: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(8), default="")  # better, same, worse
    evidence: Mapped[str] = mapped_column(Text, default="")  # on what the outcome stands
    decision: Mapped[str] = mapped_column(String(12), default="")  # keep, stop, reallocate
    decision_why: Mapped[str] = mapped_column(Text, default="")
    reallocate_to: Mapped[str] = mapped_column(String(300), default="")
    decided_on: Mapped[date | None] = mapped_column(Date)
    import_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_run.id", ondelete="SET NULL"), index=True
    )


class InitiativePair(Tenant, Edited, Base):
    """What a team saw of two initiatives at one site: they overlap, conflict, or support each other.

    Each team has a note of its own; ``team_id`` is empty for what network leads noted.
    """

    __tablename__ = "initiative_pair"
    __table_args__ = (UniqueConstraint("site_id", "first_id", "second_id", "team_id"),)
    __audited__ = "initiative_pair"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))  # the smaller one
    second_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # overlap, conflict, support
    words: Mapped[str] = mapped_column(Text, default="")


class Practice(Tenant, Edited, Base):
    """What is put in place at sites: often a change idea that held, sometimes an initiative's programme.

    A team's own, or the network's when ``team_id`` is empty.
    """

    __tablename__ = "practice"
    __audited__ = "practice"

    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("change_idea.id", ondelete="SET NULL"), index=True)
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiative.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    helped: Mapped[str] = mapped_column(Text, default="")  # who is helped by it
    left_out: Mapped[str] = mapped_column(Text, default="")  # who may be left out
    capacity_measure_id: Mapped[int | None] = mapped_column(
        ForeignKey("measure.id", ondelete="SET NULL"), index=True
    )
    fidelity_measure_id: Mapped[int | None] = mapped_column(
        ForeignKey("measure.id", ondelete="SET NULL"), index=True
    )
    outcome_measure_id: Mapped[int | None] = mapped_column(
        ForeignKey("measure.id", ondelete="SET NULL"), index=True
    )


class PracticeSite(Tenant, Edited, Base):
    """One practice at one site. Its stage is that of its latest :class:`StageEntry`."""

    __tablename__ = "practice_site"
    __table_args__ = (UniqueConstraint("practice_id", "site_id"),)
    __audited__ = "practice_site"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    zone_from: Mapped[date | None] = mapped_column(Date)  # the transformation zone: it is tried here first
    zone_to: Mapped[date | None] = mapped_column(Date)
    zone_why: Mapped[str] = mapped_column(Text, default="")
    helped: Mapped[str] = mapped_column(Text, default="")  # here: who is helped, and who may be left out
    left_out: Mapped[str] = mapped_column(Text, default="")


class StageEntry(Tenant, Edited, Base):
    """From which day a practice stood at a stage at a site, and how one knows."""

    __tablename__ = "stage_entry"
    __table_args__ = (Index("ix_stage_entry_place", "place_id", "on"),)
    __audited__ = "stage_entry"

    place_id: Mapped[int] = mapped_column(ForeignKey("practice_site.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(16))  # exploration, installation, initial, full
    on: Mapped[date] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text, default="")


class Support(Tenant, Edited, Base):
    """An implementation support of a practice at a site, as it stood on a day; the latest of a kind holds."""

    __tablename__ = "support"
    __table_args__ = (Index("ix_support_place", "place_id", "kind", "on"),)
    __audited__ = "support"

    place_id: Mapped[int] = mapped_column(ForeignKey("practice_site.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))  # coaching, training, data_systems, …: variation.supports
    state: Mapped[str] = mapped_column(String(12))  # missing, installed, sustained
    on: Mapped[date] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text, default="")


class Rating(Tenant, Edited, Base):
    """One team's judgement of one side of a practice for a site, from 1 to 5, with its reason.

    ``kind`` is fit (six sides: need, fit, capacity, evidence, usability, supports) or readiness to scale
    (know-how, capacity, willingness). The latest of a side holds; earlier ones stay to be read.
    """

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_site", "practice_id", "site_id", "kind", "side", "on"),)
    __audited__ = "rating"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # fit, readiness
    side: Mapped[str] = mapped_column(String(12))
    value: Mapped[int]
    on: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text, default="")


class Asking(Tenant, Edited, Base):
    """One team asks another how it does something: a bright spot, an idea it tested, a like milestone.

    ``is_unnamed``: the asker doesn't know the other's name, and learns it only if that team answers by name.
    """

    __tablename__ = "asking"
    __table_args__ = (
        Index("ix_asking_to", "to_id", "answered_at"),
        Index("ix_asking_from", "from_id", "answered_at"),
    )
    __audited__ = "asking"

    from_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id", ondelete="SET NULL"), index=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("change_idea.id", ondelete="SET NULL"), index=True)
    about: Mapped[str] = mapped_column(String(300), default="")  # what was seen, as the asker read it
    words: Mapped[str] = mapped_column(Text)
    is_unnamed: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    answers_by_name: Mapped[bool] = mapped_column(default=True)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_shared: Mapped[bool] = mapped_column(default=False)  # the answer may stand with the idea


class PrincipleStep(Tenant, Edited, Base):
    """What a network does next on one of the six principles of improvement."""

    __tablename__ = "principle_step"
    __table_args__ = (Index("ix_principle_step_principle", "network_id", "principle"),)
    __audited__ = "principle_step"

    principle: Mapped[str] = mapped_column(
        String(12)
    )  # problem, variation, system, measure, inquiry, learning
    words: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(Text, default="")


class LibraryMaking(Base):
    """When the evidence of a large network's ideas was worked out last, for all who read it.

    ``minimum_cell`` is the smallest count that could be shown then: with another one nothing kept is shown.
    ``attributes`` of the sites are those by whose kinds the evidence is kept, too. ``last_entry`` and
    ``last_measurement`` are the newest of the audit trail and of the figures that it holds: nothing newer,
    and it needs not be made anew.
    """

    __tablename__ = "library_making"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minimum_cell: Mapped[int]
    attributes: Mapped[list[str]] = mapped_column(Json, default=list)
    last_entry: Mapped[int] = mapped_column(default=0)
    last_measurement: Mapped[int] = mapped_column(default=0)


class LibraryEvidence(Base):
    """What the tests of one idea come to, at all teams or at those of one ``kind`` ("grades:K-5").

    ``found`` is what a list tells (:class:`variation.evidence_rows.Found` as text), ``page`` what the idea's
    own page tells beside it; that is kept for all teams only.
    """

    __tablename__ = "library_evidence"
    __table_args__ = (Index("ix_library_evidence_teams", "network_id", "kind", "teams"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("change_idea.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(300), primary_key=True, default="")
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    teams: Mapped[int] = mapped_column(default=0)
    found: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(Text, default="")


class IdeaStory(Tenant, Edited, Base):
    """What a team adds to a change idea of the library: what it adapted, a material, or advice.

    ``kind``: adaptation, material, advice. A material is a file (attached to this row) or an ``address``.
    """

    __tablename__ = "idea_story"
    __audited__ = "idea_story"

    idea_id: Mapped[int] = mapped_column(ForeignKey("change_idea.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    is_named: Mapped[bool] = mapped_column(default=False)  # the team lets its name stand beside it
