"""Where attached files lie: in a folder or in a bucket (:mod:`nic_platform.bucket`), by the same calls."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from flask import current_app

from nic_platform.bucket import BucketStorage
from nic_platform.stored import Stored

__all__ = ["FolderStorage", "Storage", "Stored", "storage"]

_CHUNK = 1 << 20


class Storage(Protocol):
    """What a place for files must be able to do."""

    def put(self, stream: BinaryIO) -> Stored:
        """Keep everything that *stream* gives; whole or not at all."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return the bytes kept under *key*.

        Raises:
            FileNotFoundError: there is nothing under that key.
        """
        ...

    def put_back(self, key: str, stream: IO[bytes]) -> None:
        """Keep what a backup held under *key*."""
        ...

    def delete(self, key: str) -> None:
        """Forget what is kept under *key*; nothing happens if it is not there."""
        ...


class FolderStorage:
    """Files in a folder, under random names: a visitor's file name never becomes a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise FileNotFoundError(key)
        return self._folder / key[:2] / key

    def put(self, stream: BinaryIO) -> Stored:
        """Keep everything that *stream* gives; whole or not at all."""
        key = secrets.token_hex(16)
        return self._write(key, stream)

    def put_back(self, key: str, stream: IO[bytes]) -> None:
        """Keep what a backup held under *key*."""
        self._write(key, stream)

    def _write(self, key: str, stream: IO[bytes]) -> Stored:
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        try:
            size, digest = _copied(stream, part)
            part.replace(path)
        except BaseException:  # a full disk keeps no half of a file, which nobody would ever look for
            part.unlink(missing_ok=True)
            raise
        return Stored(key, size, digest)

    def open(self, key: str) -> BinaryIO:
        """Return the bytes kept under *key*."""
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        """Forget what is kept under *key*."""
        self._path(key).unlink(missing_ok=True)


def _copied(stream: IO[bytes], part: Path) -> tuple[int, str]:
    """Write all that *stream* gives, down to the disk itself, and return its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with part.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def storage() -> Storage:
    """Return the place that this installation keeps its files in."""
    place = current_app.config.get("BUCKET")
    if place is None:
        return FolderStorage(Path(str(current_app.config["STORAGE"])))
    made: dict[Any, Storage] = current_app.extensions.setdefault("nic.buckets", {})
    if place not in made:
        made[place] = BucketStorage(place)
    return made[place]
