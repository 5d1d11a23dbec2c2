from feedback import matching

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
