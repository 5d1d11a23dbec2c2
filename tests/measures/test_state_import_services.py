"""Published figures in the database: matched to places, written as one piece, remembered, taken back."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures import queries, resum_services, state_import_queries, sum_services, year_queries
from measures import state_import_services as services
from measures.models import ChartMark, Measure, Measurement, MonthSum, YearSum
from measures.state_figures import figure_from
from measures.state_rows import Options
from nic_platform.actor import Actor, Level, NetworkRole
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.tabular import Table
from teams.models import Site
from teams.services import move_site
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.measures.published import made, table_of, text_of
from tests.measures.test_sum_services import check, fold_all

HEADER = "District Code,District Name,School Code,School Name,Chronic Absent Count,Student Count"


class Small:
    """A state with two districts and three schools, its team, and a network lead."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.network = make.make_network(session, minimum_cell=10)
        own: dict[str, Any] = {"network": self.network}
        self.state = make.make_site(session, level=Level.STATE, name="Colorado", **own)
        self.districts = [
            make.make_site(
                session, level=Level.DISTRICT, parent=self.state, name=name, state_code=code, **own
            )
            for name, code in (("Mapleton 1", "0010"), ("Adams 12 Five Star Schools", "0020"))
        ]
        self.schools = [
            make.make_site(
                session, level=Level.SCHOOL, parent=self.districts[int(code[:4]) // 10 - 1], name=name,
                state_code=code, **own,
            )
            for name, code in (
                ("Achieve Academy", "0010-0101"), ("Adventure Elementary", "0010-0187"),
                ("Arapahoe Ridge", "0020-0300"),
            )
        ]  # fmt: skip
        self.team = make.make_team(session, self.network, site=self.state, level=Level.STATE)
        person = make.make_user(session)
        make.make_network_member(session, self.network, person, NetworkRole.LEAD)
        self.by = make.actor_of(session, person)

    def bring_in(self, table: Table, **options: Any) -> ImportRun:
        """Write a table as it is proposed."""
        run = services.new_run(self.session, self.network.id, table, by=self.by, at=NOON)
        columns, figures, proposed = services.propose(self.session, self.network.id, table)
        chosen = Options(**{"year": proposed.year, **options})
        found = services.look_over(self.session, run, table, columns, figures, chosen, today=TODAY)
        services.finish(self.session, run, found, chosen, today=TODAY, by=self.by, at=NOON)
        return run

    def looked_at(self, table: Table, **options: Any) -> ImportRun:
        """Look a table over without writing it."""
        run = services.new_run(self.session, self.network.id, table, by=self.by, at=NOON)
        columns, figures, proposed = services.propose(self.session, self.network.id, table)
        services.look_over(
            self.session, run, table, columns, figures, Options(**{"year": proposed.year, **options}),
            today=TODAY,
        )  # fmt: skip
        return run

    def figures(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Return what stands, by place's code and school year."""
        rows = self.session.execute(
            select(Site.state_code, Site.name, YearSum.year, YearSum.sum_y, YearSum.sum_d)
            .join(Site, Site.id == YearSum.site_id)
            .where(YearSum.n > 0, Site.network_id == self.network.id)
        )
        return {(code or name, year): (y, d) for code, name, year, y, d in rows}


@pytest.fixture
def small(session: Session) -> Small:
    return Small(session)


LINES = (
    "0010,MAPLETON 1,0101,ACHIEVE ACADEMY,20,100",
    "0010,MAPLETON 1,0187,ADVENTURE ELEMENTARY,30,120",
    "0020,ADAMS 12,0300,ARAPAHOE RIDGE,*,*",
    "0010,MAPLETON 1,District Total,,50,220",
    ",,,State Total,50,220",
)


def test_figures_belong_to_the_places_and_add_up_above_them(session: Session, small: Small) -> None:
    run = small.bring_in(made(HEADER, *LINES))
    fold_all(session)

    assert small.figures() == {
        ("0010-0101", 2023): (20, 100), ("0010-0187", 2023): (30, 120), ("0010", 2023): (50, 220),
        ("Colorado", 2023): (50, 220),
    }  # fmt: skip
    check(session)
    row = session.scalars(select(Measurement).order_by(Measurement.id)).first()
    assert row is not None
    assert (row.team_id, row.collector) == (small.team.id, small.by.name)
    assert str(row.observed_on) == "2024-06-30"
    assert (run.state, run.rows_created, run.rows_skipped) == ("done", 2, 3)
    measure = session.get_one(Measure, row.measure_id)
    assert (measure.name, measure.team_id, measure.counts_students) == ("Chronic absence", None, True)


def test_they_are_no_part_of_the_series_of_the_team_that_brought_them(session: Session, small: Small) -> None:
    small.bring_in(made(HEADER, *LINES))
    measure = session.scalars(select(Measure)).one()

    assert queries.records(session, [(measure.id, small.team.id)]) == {}
    assert queries.measures_of_team(session, small.by, small.team.id) == []
    assert queries.list_records(session, small.by, measure.id) == []


def test_a_second_time_changes_nothing_and_a_newer_file_corrects_only_when_asked(
    session: Session, small: Small
) -> None:
    small.bring_in(made(HEADER, *LINES))
    again = small.bring_in(made(HEADER, *LINES))
    newer = made(HEADER, LINES[0].replace("20,100", "25,100"), *LINES[1:])
    left = small.bring_in(newer)

    assert (again.rows_created, again.rows_unchanged) == (0, 2)
    assert (left.rows_changed, small.figures()[("0010-0101", 2023)]) == (0, (20, 100))
    corrected = small.bring_in(newer, corrects=True)
    fold_all(session)
    assert (corrected.rows_changed, small.figures()[("0010-0101", 2023)]) == (1, (25, 100))
    assert session.scalar(select(func.count()).select_from(Measurement)) == 3
    check(session)


def test_an_import_is_taken_back_as_one_piece_with_what_it_corrected(session: Session, small: Small) -> None:
    first = small.bring_in(made(HEADER, *LINES))
    second = small.bring_in(made(HEADER, LINES[0].replace("20,100", "25,100"), LINES[1]), corrects=True)

    assert services.undo(session, second, by=small.by, at=NOON) == 0
    fold_all(session)
    assert small.figures()[("0010-0101", 2023)] == (20, 100)
    assert services.undo(session, first, by=small.by, at=NOON) == 1  # one was corrected since, and back
    fold_all(session)
    check(session)
    with pytest.raises(RuleError):
        services.undo(session, first, by=small.by, at=NOON)


def test_what_was_taken_back_can_be_brought_in_again(session: Session, small: Small) -> None:
    run = small.bring_in(made(HEADER, *LINES))
    services.undo(session, run, by=small.by, at=NOON)
    fold_all(session)
    assert small.figures() == {}
    assert session.scalars(select(Measure)).one().deleted_at is not None

    small.bring_in(made(HEADER, *LINES))
    fold_all(session)
    assert small.figures()[("Colorado", 2023)] == (50, 220)
    check(session)


def test_with_problems_nothing_is_written_unless_they_are_left_out(session: Session, small: Small) -> None:
    bad = made(HEADER, *LINES, "0010,MAPLETON 1,0999,CLOSED SCHOOL,5,50", "0020,ADAMS 12,0300,ARAPAHOE,60,50")

    with pytest.raises(RuleError):
        small.bring_in(bad)
    assert session.scalar(select(func.count()).select_from(Measurement)) == 0
    run = small.bring_in(bad, leave_out=True)

    assert [(problem["row"], problem["value"]) for problem in run.problems] == [
        (7, "CLOSED SCHOOL, 0999"), (8, "60"),
    ]  # fmt: skip
    assert run.rows_created == 2


# Traps 9 and 10: names differ, schools are renamed, moved and closed
@pytest.mark.parametrize(
    ("line", "how", "is_renamed"),
    [
        ("0010,Mapleton No. 1,0101,ACHIEVE ACADEMY SCHOOL,20,100", "code", False),
        ("0010,Mapleton 1,0101,Bertha Heid International,20,100", "code", True),
        ("0020,Adams 12,0101,Achieve Academy,20,100", "moved", False),
        (",Mapleton 1,,Achieve Academy,20,100", "name", False),
    ],
)
def test_places_are_found_by_codes_else_asked_about(
    session: Session, small: Small, line: str, how: str, is_renamed: bool
) -> None:
    run = small.looked_at(made(HEADER, line))
    chosen = services.chosen_of(run)

    assert chosen["renamed"] == int(is_renamed)
    assert bool(run.problems) == (how != "code")
    assert chosen["unsure_count"] == int(how != "code")
    if how != "code":
        assert run.rows_created == 0
        assert small.looked_at(made(HEADER, line), places_are_right=True).rows_created == 1


def test_nces_ids_find_places_too(session: Session, small: Small) -> None:
    small.schools[0].nces_id = "080555000862"
    session.flush()
    run = small.looked_at(made("NCESSCH,Chronic Absent Count,Student Count", "080555000862,20,100"))
    assert (run.rows_created, run.problems) == (1, [])


def test_last_years_choices_are_taken_again_under_new_headers(session: Session, small: Small) -> None:
    table = made("School Code,Absent a lot,All of them", "0101,20,100", "0187,30,120")
    run = services.new_run(session, small.network.id, table, by=small.by, at=NOON)
    own = {"key": "own:lots", "name": "Absent a lot", "count": ["Absent a lot"], "population": "All of them"}
    figures = [figure_from(own)]
    options = Options(year="2023-24")
    found = services.look_over(
        session, run, table, {"school_code": "School Code"}, figures, options, today=TODAY
    )
    services.finish(session, run, found, options, today=TODAY, by=small.by, at=NOON)

    newer = made("2025 All of Them*,Absent a Lot 2025,School Code", "90,18,0101", name="lots_2024_25.csv")
    second = small.bring_in(newer)

    assert second.rows_created == 1
    assert services.figures_of(second)[0].measure == services.figures_of(run)[0].measure != ""
    assert len(session.scalars(select(Measure)).all()) == 1
    fold_all(session)
    assert small.figures()[("0010-0101", 2024)] == (18, 90)


def test_a_district_and_its_schools_are_never_both_counted(session: Session, small: Small) -> None:
    small.bring_in(made(HEADER, *LINES))
    districts = made("District Code,Chronic Absent Count,Student Count", "0010,50,220")

    run = small.looked_at(districts, leave_out=True)

    assert services.chosen_of(run)["stops"]
    assert "another level" in run.problems[0]["sentence"]
    other_year = made("District Code,Chronic Absent Count,Student Count", "0010,50,220", name="a_2022_23.csv")
    assert small.looked_at(other_year).rows_created == 1


def test_a_measure_that_teams_count_themselves_takes_no_published_figures(
    session: Session, small: Small
) -> None:
    measure = make.make_measure(session, network_id=small.network.id, name="Chronic absence")
    team = make.make_team(session, small.network, site=small.schools[0])
    make.make_measurement(session, measure, team, count=3, population=30, on=TODAY.replace(year=2024))

    run = small.looked_at(made(HEADER, *LINES))

    assert "Teams count" in run.problems[0]["sentence"]


def test_breaks_are_marked_and_go_with_the_import(session: Session, small: Small) -> None:
    header = HEADER.replace("Student Count", "Student Fall Enrollment")
    small.bring_in(made(header, *LINES, name="absence_2018_19.csv"))
    run = small.bring_in(made(HEADER, *LINES, name="absence_2019_20.csv"))

    measure = session.scalars(select(Measure)).one()
    marks = state_import_queries.breaks_of(session, small.by, measure.id)
    assert [(str(mark.on), mark.kind) for mark in marks] == [("2020-06-30", "change")]
    assert "remote learning" in marks[0].words
    assert "out of “Student Count” from here on, before out of “Student Fall Enrollment”" in marks[0].words
    services.undo(session, run, by=small.by, at=NOON)
    assert session.scalars(select(ChartMark)).one().deleted_at is not None


def test_a_year_in_which_few_took_the_test_is_marked(session: Session, small: Small) -> None:
    header = "District Code,School Code,Content,Grade,Number of Total Records,Number of Valid Scores,Number Met or Exceeded Expectations"  # noqa: E501  a header as it comes
    table = made(header, "0000,0000,Mathematics,04,1000,760,300", "0010,0101,Mathematics,04,100,95,40",
                 name="results_2021.csv")  # fmt: skip

    run = small.looked_at(table)

    assert [words for *_rest, words in services.chosen_of(run)["breaks"]] == [
        "Only 76% of students took the test this year."
    ]


def test_without_a_team_above_there_is_nobody_to_keep_figures_for(session: Session) -> None:
    network = make.make_network(session)
    with pytest.raises(RuleError):
        state_import_queries.collector_of(session, network.id)


def test_a_file_is_kept_looked_over_and_written_in_another_request(
    app: Any, session: Session, small: Small
) -> None:
    with app.app_context():
        run = services.receive(
            session, small.network.id, BytesIO(text_of(made(HEADER, *LINES))), "a_2023_24.csv", today=TODAY,
            by=small.by, at=NOON,
        )  # fmt: skip
        table = services.table_of(session, run)
        services.carry_out(session, run, table, today=TODAY, by=small.by, at=NOON)
    assert (run.state, run.rows_created) == ("done", 2)


def test_sums_follow_schools_that_move_and_are_made_anew_from_nothing(session: Session, small: Small) -> None:
    small.bring_in(made(HEADER, *LINES))
    fold_all(session)

    move_site(session, small.schools[0], small.districts[1].id)
    fold_all(session)
    assert small.figures()[("0010", 2023)] == (30, 120)
    assert small.figures()[("0020", 2023)] == (20, 100)
    for model in (YearSum,):
        session.query(model).delete()
    assert resum_services.fill_missing(session) == 1
    assert small.figures()[("0020", 2023)] == (20, 100)
    check(session)
    assert sum_services.fold(session) == 0
    assert session.scalar(select(func.count()).select_from(MonthSum).where(MonthSum.n > 0)) == 5


def test_what_is_compared_is_read_from_sums_and_named_only_to_who_may(session: Session, small: Small) -> None:
    small.bring_in(made(HEADER, *LINES))
    fold_all(session)
    measure = session.scalars(select(Measure)).one()
    hub = make.make_team(session, small.network, site=small.districts[0], level=Level.DISTRICT)
    member = make.actor_of(session, make.make_user(session, hub))
    school = make.make_team(session, small.network, site=small.schools[2])
    peer = make.actor_of(session, make.make_user(session, school))
    stranger = make.actor_of(session, make.make_user(session, make.make_team(session)))
    place = year_queries.get_place(session, small.by, None)

    assert place.id == small.state.id
    schools = [site.id for site in small.schools]
    below = year_queries.children_in_year(session, member, small.districts[0].id, measure.id, 2023)
    assert {site: (each.y, each.d) for site, each in below.items()} == {
        schools[0]: (20, 100), schools[1]: (30, 120),
    }  # fmt: skip
    columns = year_queries.level_columns(session, small.by, measure.id, 2023, Level.SCHOOL)
    assert (len(columns), columns.y.sum(), columns.d.sum()) == (2, 50, 220)
    assert list(columns.parent_id) == [small.districts[0].id] * 2
    assert year_queries.years_of(session, member, measure.id, place.id) == [2023]
    assert year_queries.named_among(session, member, schools) == set(schools[:2])
    assert year_queries.named_among(session, peer, schools) == {schools[2]}
    assert year_queries.named_among(session, small.by, schools) == set(schools)
    assert year_queries.children_in_year(session, stranger, small.districts[0].id, measure.id, 2023) == {}
    assert len(year_queries.level_columns(session, stranger, measure.id, 2023, Level.SCHOOL)) == 0


def test_part_of_colorado_by_its_own_codes(session: Session, shared: Path) -> None:
    network = make.make_network(session)
    state = make.make_site(session, level=Level.STATE, network=network, name="Colorado")
    make.make_team(session, network, site=state, level=Level.STATE)
    table = table_of(shared, "co_chronic_absence_by_school_2023_24.csv", slice(0, 40))
    places: dict[str, Site] = {}
    for _year, district, name, code, school, *_rest in table.rows:
        if district not in places:
            places[district] = make.make_site(session, level=Level.DISTRICT, parent=state, network=network,
                                              name=name, state_code=district)  # fmt: skip
        make.make_site(session, level=Level.SCHOOL, parent=places[district], network=network, name=school,
                       state_code=f"{district}-{code}")  # fmt: skip
    small = Small.__new__(Small)
    small.session, small.network, small.by = session, network, Actor(user_id=0, network_id=network.id)
    small.bring_in(table)
    fold_all(session)

    found = small.figures()
    shown = [(int(row[6]), int(row[5])) for row in table.rows if row[6] != "*"]
    count, population = (sum(each) for each in zip(*shown, strict=True))
    assert found[("Colorado", 2023)] == (count, population)
    check(session)


def test_a_new_standard_is_marked_where_nearly_every_place_jumps(session: Session, small: Small) -> None:
    codes = [f"0020-{number:04d}" for number in range(500, 522)]
    for code in codes:
        make.make_site(
            session, network=small.network, level=Level.SCHOOL, parent=small.districts[1], name=code,
            state_code=code,
        )  # fmt: skip
    header = "District_Code,School_Code,Valid_Scores,Proficient_Percentage,Advanced_Proficient_Percentage"

    def year(name: str, cells: str) -> ImportRun:
        lines = [f"{code[:4]},{code[5:]},{cells}" for code in codes]
        return small.bring_in(made(header, *lines, name=name))

    year("njask_2008.csv", "52,76.9,5.8")
    newer = year("njask_2009.csv", "52,48.1,15.4")
    calm = year("njask_2010.csv", "52,48.1,13.5")

    assert services.chosen_of(newer)["worked_out"] == 22
    [mark] = session.scalars(select(ChartMark))
    assert str(mark.on) == "2009-06-30"
    assert "went from 83% to 63%" in mark.words
    assert services.chosen_of(calm)["breaks"] == []
    services.undo(session, newer, by=small.by, at=NOON)
    assert mark.deleted_at is not None
