import re

from hypothesis import given
from hypothesis import strategies as st

from milestones.advice import Course, course
from milestones.course_svg import MARKS, Mark, quadrant

shares = st.floats(0, 1)


def mark(number: int, met: float | None, covered: float | None, name: str = "School") -> Mark:
    is_met = None if met is None else met >= 0.8
    is_moving = None if covered is None else covered >= 0.5
    return Mark(number, f"{name} {number}", course(is_met, is_moving), met, covered)


def places(picture: str) -> list[tuple[float, float]]:
    """Return the middles of all marks that were drawn."""
    found = []
    for x, y in re.findall(r'<circle class="pt[^"]*" cx="([\d.]+)" cy="([\d.]+)"', picture):
        found.append((float(x), float(y)))
    for x, y, w, h in re.findall(
        r'<rect class="pt[^"]*" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', picture
    ):
        found.append((float(x) + float(w) / 2, float(y) + float(h) / 2))
    for data in re.findall(r'<path class="pt[^"]*" d="M([^"]+)Z"', picture):
        points = [tuple(map(float, point.split())) for point in data.split("L")]
        found.append((points[0][0], sum(y for _x, y in points) / len(points)))
    return found


def draw(marks: list[Mark], narrow: bool = False) -> str:
    return str(
        quadrant(marks, label="Where they stand", size=(350, 400) if narrow else (760, 430), narrow=narrow)
    )


@given(
    cells=st.lists(st.tuples(st.none() | shares, st.none() | shares), min_size=1, max_size=40),
    narrow=st.booleans(),
)
def test_every_strategy_has_a_mark_in_the_picture_and_none_covers_another(
    cells: list[tuple[float | None, float | None]], narrow: bool
) -> None:
    marks = [mark(number, met, covered) for number, (met, covered) in enumerate(cells, 1)]

    picture = draw(marks, narrow)

    found = places(picture)
    assert len(found) == len(marks)
    width, height = (350, 400) if narrow else (760, 430)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in found)
    if len(marks) <= 8:
        apart = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for i, a in enumerate(found) for b in found[:i]]
        assert all(distance > 9 for distance in apart)


@given(met=shares, covered=shares)
def test_a_mark_lies_in_the_cell_that_its_words_name(met: float, covered: float) -> None:
    only = mark(1, met, covered)
    (x, y), *_rest = places(draw([only]))

    assert (x > (54 + 752) / 2) is (only.cell in {Course.SPREAD, Course.QUESTION})
    assert (y < (22 + 384) / 2) is (only.cell in {Course.SPREAD, Course.LOOK})


def test_cells_differ_by_shape_and_few_are_named_many_numbered() -> None:
    assert len({kind for kind, _css in MARKS.values()}) == len(Course)
    few = draw([mark(1, 1.0, 1.0), mark(2, 0.2, 0.1)])
    many = draw([mark(number, number / 30, number / 30) for number in range(1, 31)])

    assert "School 1" in few
    assert "School 2" in few
    assert "School" not in many
    assert ">29</text>" in many
