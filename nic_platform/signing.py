"""Signed texts with a time, for clocks that are set back.

The libraries take a signature from the future for a forgery. A server whose clock is put right would so sign
everybody out, and refuse every open form, until the time has come again. The signature itself is what counts;
how old it is only ends it.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any

from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.url_safe import URLSafeSerializerMixin


class PatientSigner(TimestampSigner):
    """Holds a text that was signed "later than now" for one signed just now."""

    default_digest_method = staticmethod(hashlib.sha1)  # the library's own wraps it, which takes the slow way

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """Return the text, if its signature is right and not older than *max_age* seconds.

        Raises:
            BadSignature: it was changed, or is too old.
        """
        value, signed_at = super().unsign(signed_value, max_age=None, return_timestamp=True)
        if max_age is not None and (age := self._age(signed_at)) > max_age:
            raise SignatureExpired(
                f"Signature age {age} > {max_age} seconds", payload=value, date_signed=signed_at
            )
        return (value, signed_at) if return_timestamp else value

    def _age(self, signed_at: datetime) -> int:
        return self.get_timestamp() - int(signed_at.timestamp())


class PatientSerializer(URLSafeTimedSerializer):
    """Signs values with :class:`PatientSigner`."""

    default_signer = PatientSigner

    def dump_payload(self, obj: Any) -> bytes:
        """Return a value as it is signed; what is signed here is too short to be worth pressing."""
        return base64_encode(super(URLSafeSerializerMixin, self).dump_payload(obj))


@lru_cache(maxsize=8)
def kept_serializer(secret_key: str, salt: str) -> PatientSerializer:
    """Return a serializer that is made once and not anew for each form."""
    return PatientSerializer(secret_key, salt=salt)
