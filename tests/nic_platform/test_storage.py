import io
from pathlib import Path

import pytest

from nic_platform.storage import FolderStorage


def test_what_is_put_away_comes_back_whole(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)

    kept = storage.put(io.BytesIO(b"walkthrough notes"))

    assert kept.size == 17
    with storage.open(kept.key) as found:
        assert found.read() == b"walkthrough notes"


def test_a_stream_that_breaks_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("the line went dead")

    with pytest.raises(OSError, match="dead"):
        FolderStorage(tmp_path).put(Broken())  # type: ignore[arg-type]  # stands in for an upload

    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".part"] == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "", "a.b"])
def test_a_key_is_never_a_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(FileNotFoundError):
        FolderStorage(tmp_path).open(key)


def test_deleting_twice_is_harmless(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    kept = storage.put(io.BytesIO(b"x"))

    storage.delete(kept.key)
    storage.delete(kept.key)

    with pytest.raises(FileNotFoundError):
        storage.open(kept.key)
