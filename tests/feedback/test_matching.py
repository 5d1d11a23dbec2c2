from random import Random

from feedback import matching
from tests.drill import drill_only

THEMES = [
    (17, "iReady window collides with the English proficiency test. Nine days of January go to two tests"),
    (14, "Coaching time lost to covering classes. Coaches cover classes on coaching days"),
    (22, "Bilingual paraprofessional posts unfilled since August"),
]


def test_the_theme_with_most_shared_words_comes_first_and_names_them() -> None:
    found = matching.propose(
        "The January test window takes our days too. Two weeks with no meetings at all.", THEMES
    )

    assert found[0].theme == 17
    assert found[0].words == ("January", "test", "window", "days")


def test_endings_do_not_hide_a_match() -> None:
    found = matching.propose("Our coach covers a class again", THEMES)

    assert [each.theme for each in found] == [14]


def test_nothing_is_proposed_when_nothing_fits() -> None:
    assert matching.propose("The bus comes late on snow days in Ouray", [(22, THEMES[2][1])]) == []
    assert matching.propose("and so it was", THEMES) == []


def test_a_fit_is_that_of_the_library_whose_weights_they_are() -> None:
    # Worked out with scikit-learn 1.9: TfidfVectorizer(analyzer=words_of, sublinear_tf=True), cosine.
    found = matching.propose("A coach covers classes, and a coach has no coaching days in January", THEMES)

    assert [(each.theme, round(each.fit, 12)) for each in found] == [
        (14, 0.794803932677),
        (17, 0.146144511087),
    ]


@drill_only
def test_proposals_are_those_of_the_library() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    rng = Random(11)
    words = [f"{start}{end}" for start in ("coach", "ticket", "test", "bus", "door") for end in "abcdefghij"]
    for _turn in range(200):
        texts = [" ".join(rng.choices(words, k=rng.randint(1, 40))) for _text in range(rng.randint(2, 30))]
        weights = TfidfVectorizer(analyzer=matching.words_of, sublinear_tf=True).fit_transform(texts)
        fits = (weights[1:] @ weights[0].T).toarray().ravel()
        found = matching.propose(texts[0], list(enumerate(texts[1:])), most=len(texts))

        assert {each.theme: round(each.fit, 12) for each in found} == {
            place: round(float(fit), 12)
            for place, fit in enumerate(fits)
            if fit >= (0.1 if len(set(texts[0].split()) & set(texts[place + 1].split())) > 1 else 0.3)
        }
