"""Attached files in a bucket of an S3-compatible store (Amazon S3, MinIO, Ceph, Garage, R2 …).

Files go and come through a temporary file, never whole through memory: a file is sent once all of it is here,
and is given out once all of it has come. An object appears under its key when the store has all of it.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from nic_platform.stored import Place, StorageError, Stored

_CHUNK = 1 << 20
_IN_MEMORY = 1 << 20  # bytes; what is larger lies in a temporary file meanwhile
_PART = 8 << 20  # bytes of one part of a large object; S3 wants at least five megabytes
CONTENT = "application/octet-stream"


@dataclass(frozen=True)
class Patience:
    """How long a store may take before it counts as not there."""

    connect: timedelta = timedelta(seconds=5)
    whole: timedelta = timedelta(seconds=60)  # one request: a whole file, or one part of a large one
    retries: int = 3
    retry_for: timedelta = timedelta(seconds=90)


def is_installed() -> bool:
    """Say whether the extra ``s3`` is there."""
    try:
        import obstore  # noqa: F401  # only looked for
    except ImportError:
        return False
    return True


class BucketStorage:
    """Files in a bucket, under random names below the prefix."""

    def __init__(self, place: Place, patience: Patience = Patience()) -> None:
        self._place, self._patience = place, patience
        self._made: Any = None

    @property
    def _store(self) -> Any:
        if self._made is None:
            try:
                from obstore.store import S3Store
            except ImportError as error:
                raise StorageError("obstore is not installed: pip install 'nic-platform[s3]'") from error
            place, patience = self._place, self._patience
            config: dict[str, Any] = {
                "region": place.region,
                "virtual_hosted_style_request": not place.path_style,
                "disable_bulk_delete": True,  # not every store has it
            }
            if place.endpoint:
                config["endpoint"] = place.endpoint
            if place.key:
                config |= {"access_key_id": place.key, "secret_access_key": place.secret}
            self._made = S3Store(
                place.bucket,
                prefix=place.prefix or None,
                config=cast(Any, config),
                client_options={
                    "allow_http": place.allow_http,
                    "connect_timeout": patience.connect,
                    "timeout": patience.whole,
                },
                retry_config={"max_retries": patience.retries, "retry_timeout": patience.retry_for},
            )
        return self._made

    def put(self, stream: BinaryIO) -> Stored:
        """Keep everything that *stream* gives; whole or not at all.

        Raises:
            StorageError: the store does not answer or refuses; nothing was kept.
        """
        return self._write(secrets.token_hex(16), stream)

    def put_back(self, key: str, stream: IO[bytes]) -> None:
        """Keep what a backup held under *key*."""
        self._write(key, stream)

    def _write(self, key: str, stream: IO[bytes]) -> Stored:
        import obstore

        path = _path(key)
        digest, size = hashlib.sha256(), 0
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as whole:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                whole.write(chunk)
            whole.seek(0)
            store = self._store
            with _heard():
                obstore.put(
                    store,
                    path,
                    cast(Any, whole),
                    attributes={"Content-Type": CONTENT},
                    use_multipart=size > _PART,
                    chunk_size=_PART,
                    max_concurrency=2,
                )
        return Stored(key, size, digest.hexdigest())

    def open(self, key: str) -> BinaryIO:
        """Return the bytes kept under *key*, all of which have come.

        Raises:
            FileNotFoundError: there is nothing under that key.
            StorageError: the store does not answer, or stopped midway.
        """
        import obstore

        path, store = _path(key), self._store
        whole = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # whoever asked closes it
        try:
            with _heard():
                found = obstore.get(store, path)
                expected, came = found.meta["size"], 0
                for chunk in found.stream(min_chunk_size=_CHUNK):
                    came += whole.write(memoryview(chunk))
            if came != expected:
                raise StorageError(f"{came} of {expected} bytes came")
        except BaseException:
            whole.close()
            raise
        whole.seek(0)
        return cast(BinaryIO, whole)

    def delete(self, key: str) -> None:
        """Forget what is kept under *key*; nothing happens if it is not there."""
        import obstore

        with _heard():
            try:
                obstore.delete(self._store, _path(key))
            except FileNotFoundError:
                return


def _path(key: str) -> str:
    if not (key.isascii() and key.isalnum()):
        raise FileNotFoundError(key)
    return f"{key[:2]}/{key}"


@contextmanager
def _heard() -> Iterator[None]:
    """Turn what the store answers into our errors; what is not there stays FileNotFoundError."""
    from obstore.exceptions import BaseError, NotFoundError

    try:
        yield
    except (FileNotFoundError, NotFoundError) as error:
        if "NoSuchBucket" in str(error):
            raise StorageError("there is no such bucket") from error
        raise FileNotFoundError("there is no such object") from error
    except (BaseError, OSError, ValueError) as error:
        raise StorageError(_reason(str(error))) from error


def _reason(said: str) -> str:
    """Return what an operator can use of an error, in one line."""
    for code, words in _KNOWN.items():
        if code in said:
            return words
    return " ".join(said.split())[:200]


_KNOWN = {
    "NoSuchBucket": "there is no such bucket",
    "InvalidAccessKeyId": "the store does not know this key",
    "SignatureDoesNotMatch": "the secret does not fit the key",
    "AccessDenied": "the key may not do this in the bucket",
    "403 Forbidden": "the key may not do this in the bucket",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
    "timed out": "it did not answer in time",
    "TimedOut": "it did not answer in time",
    "Connection refused": "nothing listens there",
    "URL scheme is not allowed": "http is not allowed: use https",
    "builder error": "http is not allowed: use https",
    "dns error": "there is no such host",
}
