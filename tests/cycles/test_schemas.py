import marshmallow as ma
import pytest

from cycles import schemas


@pytest.mark.parametrize(
    "sent",
    [
        {"version": 1, "nonsense": 1},
        {"version": 1, "aim": "a\x00b"},
        {"version": 1, "who": "x" * 201},
        {"version": 1, "scale": "galaxy"},
        {"version": 1, "predictions": [{"number": 1e12}]},
        {"version": 1, "predictions": [{"locked_at": "2026-02-25T00:00:00Z"}]},
        {"aim": "No version"},
    ],
)
def test_what_does_not_fit_is_refused(sent: dict[str, object]) -> None:
    with pytest.raises(ma.ValidationError):
        schemas.CyclePatch().load(sent)


def test_a_number_may_be_taken_back() -> None:
    loaded = schemas.CyclePatch().load({"version": 2, "scale_size": None, "predictions": [{"number": None}]})
    assert loaded == {"version": 2, "scale_size": None, "predictions": [{"number": None}]}
