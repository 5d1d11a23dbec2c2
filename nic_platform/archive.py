"""The file that a backup is: a gzipped tar whose last member lists all others with their checksums.

Whatever cuts such a file short takes the list with it, so a part can always be told from a whole.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_BROKEN = (EOFError, OSError, tarfile.TarError, zlib.error, gzip.BadGzipFile)

Told = Callable[[int], None]


class ArchiveError(Exception):
    """The file is no backup, or not a whole one; the text says which."""


@dataclass(frozen=True)
class Member:
    """One file in the archive: its bytes, its SHA-256, and for a table its rows."""

    name: str
    size: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What an archive holds and where it came from."""

    platform: str
    revision: str
    database: str
    made_at: str
    is_demo: bool
    key_fingerprint: str
    format: int = FORMAT
    members: list[Member] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # keys of attachments whose file was not there

    @property
    def rows(self) -> int:
        """Return how many rows all tables have together."""
        return sum(member.rows or 0 for member in self.members)

    def named(self) -> dict[str, Member]:
        """Return the members by name."""
        return {member.name: member for member in self.members}


class Writer:
    """Writes an archive beside its place and moves it there when it is whole; only its owner may read it."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(path.name + ".part")
        self._members: list[Member] = []

    def __enter__(self) -> "Writer":
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._raw = os.fdopen(descriptor, "wb")
        self._tar = tarfile.open(fileobj=self._raw, mode="w:gz", compresslevel=5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._part.unlink(missing_ok=True)  # first: closing writes what waits, and may fail too
            with suppress(OSError):
                self._raw.close()

    def add(self, name: str, stream: IO[bytes], rows: int | None = None) -> None:
        """Put everything that *stream* (which can seek) holds under *name*."""
        stream.seek(0)
        size, digest = _measured(stream, lambda _count: None)
        stream.seek(0)
        self._put(name, stream, size)
        self._members.append(Member(name, size, digest, rows))

    def finish(self, manifest: Manifest) -> Manifest:
        """Write the list last, move the file to its place, and return the list."""
        whole = replace(manifest, members=self._members)
        data = json.dumps(asdict(whole), indent=1).encode()
        self._put(MANIFEST, io.BytesIO(data), len(data))
        self._tar.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        self._part.replace(self._path)
        return whole

    def _put(self, name: str, stream: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, stream)


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Give each member's name and its bytes, in order, reading the file once.

    Raises:
        ArchiveError: the file can't be read to its end.
    """
    with _readable(path), gzip.open(path, "rb") as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for info in tar:
                stream = tar.extractfile(info)
                if stream is not None:
                    yield info.name, stream
        while packed.read(_CHUNK):  # to the very end, where gzip's own checksum stands
            pass


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArchiveError(f"There is no file {path}.") from None
    except _BROKEN as error:
        raise ArchiveError(f"{path.name} was cut short or is damaged ({error}).") from error


def read_manifest(path: Path, told: Told = lambda _count: None) -> Manifest:
    """Read the whole file, hold every checksum against the list at its end, and return the list.

    Args:
        told: is called with the number of bytes after each piece, for a progress bar.

    Raises:
        ArchiveError: it is no backup, was cut short, or a member is not what the list says.
    """
    found: dict[str, tuple[int, str]] = {}
    text: bytes | None = None
    with _readable(path):  # what breaks while a member is read breaks here, not where members come from
        for name, stream in members(path):
            if name == MANIFEST:
                text = stream.read()
                continue
            found[name] = _measured(stream, told)
    if text is None:
        raise ArchiveError(f"{path.name} was cut short: the list at its end is missing.")
    manifest = _parsed(path, text)
    listed = {member.name: (member.size, member.sha256) for member in manifest.members}
    if listed != found:
        wrong = sorted(name for name in {*listed, *found} if listed.get(name) != found.get(name))
        raise ArchiveError(f"{path.name} is damaged: {', '.join(wrong[:3])} is not what its list says.")
    return manifest


def _measured(stream: IO[bytes], told: Told) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
        told(len(piece))
    return size, digest.hexdigest()


def _parsed(path: Path, text: bytes) -> Manifest:
    try:
        content: dict[str, Any] = json.loads(text)
        if content.get("format") != FORMAT:
            raise ArchiveError(f"{path.name} was made by another version of nic backup; use that version.")
        return Manifest(**{**content, "members": [Member(**member) for member in content["members"]]})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArchiveError(f"{path.name} is not a backup of this platform.") from error


def differences(one: Manifest, other: Manifest) -> list[str]:
    """Return the names of all members that two archives do not have alike."""
    first, second = one.named(), other.named()
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
