from datetime import date

from measures.rules import MeasureType
from milestones import pacing
from milestones.pace_drawing import path_pictures
from tests.milestones.test_pacing import AIM, DAYS

TODAY = date(2025, 12, 1)
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


def test_a_path_in_another_unit_has_an_axis_of_its_own() -> None:
    assert ">100%<" not in draw([], MeasureType.COUNT)


def test_the_ramp_sets_out_and_arrives_where_the_aim_does() -> None:
    ramp = pacing.ramp(AIM, DAYS)

    assert ramp[0] == (AIM.starts_on, AIM.baseline)
    assert ramp[-1] == (AIM.ends_on, AIM.target)
    assert [on for on, _value in ramp] == sorted({on for on, _value in ramp})
