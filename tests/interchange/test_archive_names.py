"""Names of millions of rows are found again in a few bytes each."""

from uuid import UUID, uuid4

import pytest

from interchange.archive_names import NamesByNumber, NumbersByName


def test_each_name_and_number_is_found_and_no_other() -> None:
    alike = [UUID(int=(7 << 64) + low) for low in (1, 3, (1 << 64) - 1)]  # the same first half
    names = [*alike, UUID(int=0), *(uuid4() for _each in range(50))]
    numbers = [3 * place + 1 for place in range(len(names))]

    by_number = NamesByNumber(zip(numbers, names, strict=True))
    by_name = NumbersByName(map(str, names))
    by_name.give(numbers)

    assert dict(by_number) == dict(zip(numbers, map(str, names), strict=True))
    assert dict(by_name) == dict(zip(map(str, names), numbers, strict=True))
    assert list(by_name.numbers) == numbers
    assert (by_number.get(2), by_number.get(10_000)) == (None, None)
    assert (by_name.get(str(UUID(int=(7 << 64) + 2))), by_name.get("no id")) == (None, None)
    assert (len(NamesByNumber([])), len(NumbersByName([]))) == (0, 0)
    with pytest.raises(KeyError):
        NumbersByName(["no id"])
