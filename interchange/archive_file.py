"""The file that a network's archive is: a ZIP of JSON Lines, attached files, and a list with checksums."""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST, SCHEMA, README = "manifest.json", "schema.json", "README.md"
_MEMBER = re.compile(r"tables/[a-z_]+\.jsonl|files/[0-9a-f-]{36}|schema\.json|README\.md")
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError)
_LONGEST_LIST = 50 << 20  # bytes of a manifest; it has a line for each file


class ArchiveError(Exception):
    """The file is no archive of a network, not a whole one, or can't be taken; the text says why."""


@dataclass(frozen=True)
class Part:
    """One file of the archive: its bytes, its SHA-256, and for a table its rows."""

    size: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What an archive holds and where it came from."""

    platform: str
    revision: str  # version of the tables
    made_at: str
    network: dict[str, str]  # id and name
    trail: dict[str, int]  # entries, and faults found while they were read
    left_out: dict[str, str]  # tables that are not here, each with the reason
    missing: list[str]  # attachments whose file was not there
    format: int = FORMAT
    parts: dict[str, Part] = field(default_factory=dict)

    def rows(self) -> dict[str, int]:
        """Return how many rows each table has."""
        return {
            name.removeprefix("tables/").removesuffix(".jsonl"): part.rows
            for name, part in self.parts.items()
            if part.rows is not None
        }


class Writer:
    """Writes an archive, part by part; the list comes last."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=5)
        self.parts: dict[str, Part] = {}

    def add_rows(self, table: str, rows: Iterable[dict[str, Any]]) -> int:
        """Write a table, one object a line, and return how many rows there were."""
        count, size, digest = 0, 0, hashlib.sha256()
        name = f"tables/{table}.jsonl"
        with self._zip.open(name, "w", force_zip64=True) as out:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                out.write(line)
                digest.update(line)
                size, count = size + len(line), count + 1
        self.parts[name] = Part(size, digest.hexdigest(), count)
        return count

    def add(self, name: str, stream: IO[bytes]) -> None:
        """Write everything that *stream* gives under *name*."""
        size, digest = 0, hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as out:
            while piece := stream.read(_CHUNK):
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        self.parts[name] = Part(size, digest.hexdigest())

    def give_up(self) -> None:
        """Write no more: without its list nobody takes the file for an archive."""
        self._zip.fp = None  # else it would write its end once nobody holds it any more

    def finish(self, manifest: Manifest) -> None:
        """Write the list and end the file."""
        self._zip.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        self._zip.close()


class Reader:
    """Reads an archive whose every part was held against its list."""

    def __init__(self, packed: zipfile.ZipFile, manifest: Manifest, digest: str) -> None:
        self._zip, self.manifest, self.digest = packed, manifest, digest

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table; none where the archive has no such table."""
        name = f"tables/{table}.jsonl"
        if name not in self.manifest.parts:
            return
        with self._zip.open(name) as stream:
            for line in stream:
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    row = None
                if not isinstance(row, dict):
                    raise ArchiveError(f"{name} has a line that is no object.")
                yield row

    def file(self, public_id: str) -> IO[bytes] | None:
        """Return the bytes of an attached file, or nothing where they were missing already."""
        name = f"files/{public_id}"
        return self._zip.open(name) if name in self.manifest.parts else None


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open an archive, and hold every checksum against its list before anything of it is used.

    Raises:
        ArchiveError: it is none, was cut short, or a part is not what the list says.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            manifest, digest = _manifest(packed, path.name)
            _check(packed, manifest, path.name)
            yield Reader(packed, manifest, digest)
    except _BROKEN as error:
        raise ArchiveError(f"{path.name} is no archive of a network, or was cut short ({error}).") from error


def _manifest(packed: zipfile.ZipFile, name: str) -> tuple[Manifest, str]:
    try:
        if packed.getinfo(MANIFEST).file_size > _LONGEST_LIST:
            raise ArchiveError(f"{name} has a list of its parts that is too long.")
        text = packed.read(MANIFEST)
        held: dict[str, Any] = json.loads(text)
        if held["format"] != FORMAT:
            raise ArchiveError(f"{name} was written by another version, in another way. Use that one.")
        parts = {key: _part(**part) for key, part in held.pop("parts").items()}
        found = Manifest(**held, parts=parts)
        _is_told(found.network["id"], found.network["name"], found.made_at, found.revision)
        _is_told(*found.trail.values(), kind=int)
        return found, hashlib.sha256(text).hexdigest()
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ArchiveError(f"{name} is no archive of a network.") from error


def _part(size: int, sha256: str, rows: int | None = None) -> Part:
    _is_told(size, 0 if rows is None else rows, kind=int)
    return Part(size, str(sha256), rows)


def _is_told(*values: object, kind: type = str) -> None:
    if not all(type(value) is kind for value in values):
        raise TypeError("a list that says something else than lists do")


def _check(packed: zipfile.ZipFile, manifest: Manifest, name: str) -> None:
    listed = [info.filename for info in packed.infolist() if info.filename != MANIFEST]
    strange = [each for each in listed if not _MEMBER.fullmatch(each)]
    if strange or len(set(listed)) != len(listed) or set(listed) != set(manifest.parts):
        raise ArchiveError(f"{name} does not hold what its list says.")
    for each, part in manifest.parts.items():
        if packed.getinfo(each).flag_bits & 1:
            raise ArchiveError(f"{name} has a password. Archives are taken in as they were made.")
        size, digest = 0, hashlib.sha256()
        with packed.open(each) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                digest.update(piece)
                if size > part.size:  # a bomb ends here
                    break
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise ArchiveError(f"{name} is damaged: {each} is not what its list says.")
