"""What stands in an address for a team or place whose name the reader does not learn. Pure.

It is another one for every reader, and tells nothing to who compares two of them.
"""

import hashlib


def token_of(secret: str, user_id: int, number: int) -> str:
    """Return the key of a team or place for one reader."""
    text = f"unnamed {user_id} {number}".encode()
    return hashlib.blake2b(text, key=secret.encode()[:64], digest_size=12).hexdigest()
