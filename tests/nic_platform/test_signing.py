"""What is signed the quick way is read by the library, and the other way round."""

import pytest
from itsdangerous import BadSignature, URLSafeTimedSerializer

from nic_platform.signing import PatientSerializer, kept_serializer


def test_signatures_are_the_library_s_own() -> None:
    ours, theirs = kept_serializer("key", "salt"), URLSafeTimedSerializer("key", salt="salt")

    assert theirs.loads(ours.dumps("ab" * 300)) == ours.loads(theirs.dumps("ab" * 300)) == "ab" * 300
    for other in (kept_serializer("key", "other"), kept_serializer("other", "salt")):
        with pytest.raises(BadSignature):
            other.loads(ours.dumps("x"))


def test_a_serializer_is_made_once() -> None:
    assert kept_serializer("key", "salt") is kept_serializer("key", "salt")
    assert isinstance(kept_serializer("key", "salt"), PatientSerializer)
