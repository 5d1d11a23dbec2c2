import pytest

from milestones.coach.language import is_english


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("", True),
        ("teachers meet", True),
        ("the los angeles team will meet in la brea", True),
        ("los maestros usarán boletos de salida en la escuela", False),
        ("die lehrer und schüler lesen mit freude", False),
    ],
)
def test_small_words_tell_the_language(text: str, is_it: bool) -> None:
    assert is_english(text) is is_it
