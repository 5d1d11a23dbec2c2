"""Tables of measures and of what was measured."""

from datetime import date, datetime

from sqlalchemy import Date, Enum, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from nic_platform.database import Base, Edited, Json, Tenant, UtcDateTime


def _words(kind: type[Direction | MeasureKind | MeasureType | Rhythm]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        length=24,
        values_callable=lambda e: [m.value for m in e],
        create_constraint=False,
    )


class ObservationTool(Tenant, Edited, Base):
    """A named tool that people count with: its definition, its items, and when one counts as there.

    A team's own, or common to the network when ``team_id`` is empty. One tool serves many milestones.
    """

    __tablename__ = "observation_tool"
    __audited__ = "observation_tool"

    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[str] = mapped_column(Text, default="")
    items: Mapped[list[str]] = mapped_column(Json, default=list)  # what is looked for, in order
    counts_when: Mapped[str] = mapped_column(String(300), default="")  # when a person or room counts as there


class Measure(Tenant, Edited, Base):
    """What is measured and how; a team's own, or common to the network when ``team_id`` is empty."""

    __tablename__ = "measure"
    __audited__ = "measure"

    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[MeasureKind] = mapped_column(_words(MeasureKind))
    type: Mapped[MeasureType] = mapped_column(_words(MeasureType))
    direction: Mapped[Direction] = mapped_column(_words(Direction))
    rhythm: Mapped[Rhythm] = mapped_column(_words(Rhythm))
    unit: Mapped[str] = mapped_column(String(60), default="")  # "teachers", "students", "days"
    counts_students: Mapped[bool] = mapped_column(
        default=False
    )  # small cells of students are hidden more strictly
    tool: Mapped[str] = mapped_column(String(200), default="")
    tool_id: Mapped[int | None] = mapped_column(
        ForeignKey("observation_tool.id", ondelete="SET NULL"), index=True
    )
    source: Mapped[str] = mapped_column(String(200), default="")
    # a breakdown's name → its subgroups
    breakdown: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    target: Mapped[float | None] = mapped_column(Float)  # in the measure's unit
    target_on: Mapped[date | None] = mapped_column(Date)
    chart: Mapped[str] = mapped_column(String(10), default="")  # shown first; empty: a run chart


class ChartMark(Tenant, Edited, Base):
    """What a team set on the chart of a measure, at one day.

    ``freeze``: the baseline ends with that day's point. ``phase``: a new phase begins there. ``exclude``:
    that day's point feeds neither line nor signal. ``change`` and ``story``: what changed, and what people
    saw.
    """

    __tablename__ = "chart_mark"
    __table_args__ = (Index("ix_chart_mark_series", "measure_id", "team_id"),)
    __audited__ = "chart_mark"

    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    subgroup_set: Mapped[str] = mapped_column(String(60), default="")
    subgroup: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(10))
    on: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text, default="")  # why, or what


class Measurement(Tenant, Base):
    """One thing counted on one day. Never changed: a correction is a new row that supersedes it.

    A proportion or a count has ``count`` out of ``population``; anything else has ``value``. No subgroup
    means all.
    """

    __tablename__ = "measurement"
    __table_args__ = (
        Index("ix_measurement_series", "measure_id", "team_id", "observed_on"),
        Index("ix_measurement_site", "site_id", "measure_id", "observed_on"),
        UniqueConstraint("supersedes_id"),
    )

    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    cycle_id: Mapped[int | None] = mapped_column(
        index=True
    )  # the cycle that gathered it; no key: cycles come later
    observed_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    collector: Mapped[str] = mapped_column(String(120), default="")
    tool: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    count: Mapped[float | None] = mapped_column(Float)
    population: Mapped[float | None] = mapped_column(Float)
    value: Mapped[float | None] = mapped_column(Float)
    # how many people are behind a population of their days; empty where the population is of people
    people: Mapped[float | None] = mapped_column(Float)
    subgroup_set: Mapped[str] = mapped_column(String(60), default="")
    subgroup: Mapped[str] = mapped_column(String(80), default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("measurement.id", ondelete="CASCADE"))
    is_withdrawn: Mapped[bool] = mapped_column(
        default=False
    )  # a superseding row that takes the value back altogether
    import_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_run.id", ondelete="SET NULL"), index=True
    )


class Leasts:
    """The smallest of the counts behind a sum, by which it is told whether the sum may be shown.

    ``least_y`` is the smallest count, ``least_d`` the smallest group of people, ``least_rest`` the smallest
    rest of such a group beside its count, ``least_room`` what the groups of a breakdown leave room for at
    least (:func:`measures.suppression.room_beside`). ``measures.least.FREE`` where there is none of a kind;
    empty as long as nobody looked, as after an upgrade: what isn't known is hidden.
    """

    least_y: Mapped[float | None] = mapped_column(Float)
    least_d: Mapped[float | None] = mapped_column(Float)
    least_rest: Mapped[float | None] = mapped_column(Float)
    least_room: Mapped[float | None] = mapped_column(Float)


class MonthSum(Leasts, Base):
    """Sufficient statistics of one site × measure × subgroup × month.

    ``y`` is the count (or value), ``d`` the population (1 for a plain value): n, Σy, Σd and Σy²/d give means,
    rates and variances without reading the measurements. A school's row is kept in the write's transaction;
    the rows of the sites above it are folded from :class:`DirtySum`.
    """

    __tablename__ = "month_sum"
    __table_args__ = (Index("ix_month_sum_measure", "measure_id", "month"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)  # its first day
    subgroup_set: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    subgroup: Mapped[str] = mapped_column(String(80), primary_key=True, default="")
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), index=True)
    n: Mapped[int] = mapped_column(default=0)
    sum_y: Mapped[float] = mapped_column(Float, default=0.0)
    sum_d: Mapped[float] = mapped_column(Float, default=0.0)
    sum_yyd: Mapped[float] = mapped_column(Float, default=0.0)


class YearSum(Leasts, Base):
    """The same statistics as :class:`MonthSum` for a whole school year.

    ``rank`` and ``parent_id`` repeat the site's level and the site above it, so that the children of a site,
    or all schools of a network, are read from one index. ``last_on`` is the day of the latest measurement.
    """

    __tablename__ = "year_sum"
    __table_args__ = (
        Index(
            "ix_year_sum_level",
            "network_id",
            "measure_id",
            "subgroup_set",
            "subgroup",
            "year",
            "rank",
            "site_id",
        ),
        Index("ix_year_sum_parent", "parent_id", "measure_id", "year"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)  # in which the school year begins: 2026 for 2026-27
    subgroup_set: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    subgroup: Mapped[str] = mapped_column(String(80), primary_key=True, default="")
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    rank: Mapped[int]  # Level.rank of the site
    n: Mapped[int] = mapped_column(default=0)
    sum_y: Mapped[float] = mapped_column(Float, default=0.0)
    sum_d: Mapped[float] = mapped_column(Float, default=0.0)
    sum_yyd: Mapped[float] = mapped_column(Float, default=0.0)
    last_on: Mapped[date | None] = mapped_column(Date)


class DirtySum(Base):
    """A school's month whose ancestors' sums have yet to be folded."""

    __tablename__ = "dirty_sum"
    __table_args__ = (UniqueConstraint("site_id", "measure_id", "month", "subgroup_set", "subgroup"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"))
    month: Mapped[date] = mapped_column(Date)
    subgroup_set: Mapped[str] = mapped_column(String(60), default="")
    subgroup: Mapped[str] = mapped_column(String(80), default="")
