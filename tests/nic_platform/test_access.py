import pytest

from nic_platform.access import require
from nic_platform.errors import DeniedError


def test_require_stops_with_a_sentence() -> None:
    require(True)
    with pytest.raises(DeniedError, match="Only the team"):
        require(False, "Only the team may do this.")
