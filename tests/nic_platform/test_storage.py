"""What every place for files must do, in a folder and in a bucket alike."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from nic_platform.bucket import BucketStorage
from nic_platform.storage import FolderStorage, Storage, storage
from tests import s3


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """A place for files, of each kind."""
    if request.param == "folder":
        yield FolderStorage(tmp_path)
        return
    with s3.served() as (_store, where):
        yield BucketStorage(where)


@pytest.mark.parametrize("data", [b"", b"walkthrough notes", bytes(range(256)) * 40_000], ids=len)
def test_what_is_put_away_comes_back_whole(place: Storage, data: bytes) -> None:
    kept = place.put(io.BytesIO(data))

    assert (kept.size, kept.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    with place.open(kept.key) as found:
        assert found.read() == data
        found.seek(0)  # a backup reads it twice
        assert found.read(4) == data[:4]


def test_two_files_never_share_a_key(place: Storage) -> None:
    keys = {place.put(io.BytesIO(b"the same")).key for _time in range(3)}
    assert len(keys) == 3


def test_a_backup_is_put_back_under_its_key(place: Storage) -> None:
    place.put_back("a" * 32, io.BytesIO(b"older"))
    place.put_back("a" * 32, io.BytesIO(b"newer"))
    with place.open("a" * 32) as found:
        assert found.read() == b"newer"


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "", "a.b", "ä" * 8 + "/.."])
def test_a_key_is_never_a_path(place: Storage, key: str) -> None:
    with pytest.raises(FileNotFoundError):
        place.open(key)
    with pytest.raises(FileNotFoundError):
        place.put_back(key, io.BytesIO(b"x"))


def test_deleting_twice_is_harmless(place: Storage) -> None:
    kept = place.put(io.BytesIO(b"x"))

    place.delete(kept.key)
    place.delete(kept.key)

    with pytest.raises(FileNotFoundError):
        place.open(kept.key)


class Broken(io.RawIOBase):
    """An upload whose line breaks after the first piece."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, size: int = -1) -> bytes:
        self.reads += 1
        if self.reads > 1:
            raise OSError("the line went dead")
        return b"the first piece"


def test_a_stream_that_breaks_leaves_nothing_that_looks_whole(place: Storage) -> None:
    with pytest.raises(OSError, match="dead"):
        place.put_back("b" * 32, Broken())  # type: ignore[arg-type]  # stands in for an upload

    with pytest.raises(FileNotFoundError):
        place.open("b" * 32)


def test_the_settings_choose_the_place(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        assert isinstance(storage(), FolderStorage)
        with s3.served() as (_store, where):
            monkeypatch.setitem(app.config, "BUCKET", where)
            assert isinstance(storage(), BucketStorage)
            assert storage() is storage()  # connections are kept
