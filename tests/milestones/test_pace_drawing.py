import re
from datetime import date
from itertools import pairwise

from measures.rules import MeasureType
from milestones import pacing
from milestones.pace_drawing import path_pictures
from tests.milestones.test_pacing import AIM, DAYS

TODAY = date(2025, 12, 1)
MONTHS = {f"{date(2025, month, 1):%b}" for month in range(1, 13)}
SPAN = (AIM.starts_on, AIM.ends_on)
STEPS = [(step.on, step.target) for step in pacing.propose(AIM, DAYS)]


def draw(earlier: list[tuple[date, float]], kind: MeasureType = MeasureType.PROPORTION) -> str:
    ramp = pacing.ramp(AIM, DAYS)
    found = path_pictures(STEPS, earlier, SPAN, DAYS, TODAY, kind, name="Exit tickets", ramp=ramp)
    assert found.label in found.wide
    assert found.label in found.narrow
    return str(found.wide)


def test_a_path_is_said_in_a_sentence_and_shows_the_calendar() -> None:
    picture = draw([])

    assert (
        "Path of Exit tickets from 12% on Nov 3: 32% by Dec 10, 51% by Feb 2, 70% by Mar 10, 90% by Apr 30."
    ) in picture
    assert picture.count('class="off-band"') == 1
    assert picture.count('class="off-band testing"') == 1
    assert picture.count('class="tg-mark open"') == 4
    assert "tgt thin" not in picture


def test_the_path_that_is_replaced_is_thin_with_its_own_marks() -> None:
    picture = draw([(date(2026, 2, 27), 60.0), STEPS[-1]])

    assert picture.count("tgt thin") == 1
    assert picture.count('class="tg-mark was"') == 1


def test_months_are_named_only_as_often_as_there_is_room() -> None:
    far = [*STEPS, (date(2029, 12, 25), 95.0)]
    picture = str(path_pictures(far, [], SPAN, DAYS, TODAY, MeasureType.PROPORTION, name="Far").wide)
    places = sorted(
        float(x)
        for x, word in re.findall(r'<text class="t ax" x="([0-9.]+)"[^>]*>([^<]+)<', picture)
        if word in MONTHS
    )
    assert len(places) > 3
    assert min(after - before for before, after in pairwise(places)) >= 25


def test_a_path_in_another_unit_has_an_axis_of_its_own() -> None:
    assert ">100%<" not in draw([], MeasureType.COUNT)


def test_the_ramp_sets_out_and_arrives_where_the_aim_does() -> None:
    ramp = pacing.ramp(AIM, DAYS)

    assert ramp[0] == (AIM.starts_on, AIM.baseline)
    assert ramp[-1] == (AIM.ends_on, AIM.target)
    assert [on for on, _value in ramp] == sorted({on for on, _value in ramp})
