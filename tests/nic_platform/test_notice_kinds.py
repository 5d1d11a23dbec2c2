"""Every kind of notice belongs to one group that people can choose about."""

import pytest

from nic_platform.notice_kinds import (
    GROUPS,
    Mail,
    Wish,
    group_named,
    group_names,
    group_notes,
    group_of,
    grouped,
    wish_of,
)


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("feedback.answered", "feedback.answers"),
        ("feedback.confirmed_partly", "feedback.moves"),
        ("feedback.something_new", "feedback.moves"),
        ("measure.count", "plan.counts"),
        ("touchpoint.minutes", "meetings"),
        ("milestones.template", "other"),
        ("", "other"),
    ],
)
def test_a_kind_finds_its_group(kind: str, group: str) -> None:
    assert group_of(kind).key == group


def test_every_group_has_its_words_and_no_kind_is_in_two() -> None:
    keys = [group.key for group in GROUPS]

    assert list(group_names()) == list(group_notes()) == keys
    assert sum(len(group.kinds) for group in GROUPS) == len(
        {kind for group in GROUPS for kind in group.kinds}
    )
    assert all(group_named(key) is group for key, group in zip(keys, GROUPS, strict=True))
    assert group_named("feedback") is None


def test_what_is_chosen_goes_before_what_the_platform_gives() -> None:
    none = Wish(on_page=False, by_mail=Mail.NONE)

    assert wish_of("feedback.good", {}) == Wish(by_mail=Mail.DIGEST)
    assert wish_of("feedback.good", {"feedback.good": none}) == none


def test_notices_are_grouped_in_the_order_of_the_settings() -> None:
    found = grouped(["measure.count", "feedback.answered", "unknown", "feedback.declined"])

    assert [(each.key, each.places) for each in found] == [
        ("feedback.answers", (1, 3)), ("plan.counts", (0,)), ("other", (2,)),
    ]  # fmt: skip
