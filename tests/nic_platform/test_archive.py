"""A part of a backup can always be told from a whole one."""

import contextlib
import io
from pathlib import Path

import pytest

from nic_platform.archive import ArchiveError, Manifest, Writer, differences, members, read_manifest

MANIFEST = Manifest("0.1.0", "0001", "sqlite", "2026-02-25T19:00:00+00:00", False, "abc")


def write(path: Path, *, last: bytes = b"second") -> Path:
    with Writer(path) as writer:
        writer.add("tables/a.jsonl", io.BytesIO(b"first" * 5000), rows=2)
        writer.add("files/b", io.BytesIO(last))
        writer.finish(MANIFEST)
    return path


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    path = write(tmp_path / "whole.tar.gz")

    manifest = read_manifest(path)
    held = {name: stream.read() for name, stream in members(path)}

    assert manifest.rows == 2
    assert held["files/b"] == b"second"
    assert held["tables/a.jsonl"] == b"first" * 5000


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_told(tmp_path: Path, part: float) -> None:
    whole = write(tmp_path / "whole.tar.gz").read_bytes()
    short = tmp_path / "short.tar.gz"
    short.write_bytes(whole[: int(len(whole) * part)])

    with pytest.raises(ArchiveError, match=r"short\.tar\.gz"):
        read_manifest(short)


def test_a_changed_byte_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "whole.tar.gz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(ArchiveError):
        read_manifest(path)


def test_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all")

    with pytest.raises(ArchiveError):
        read_manifest(path)
    with pytest.raises(ArchiveError, match="There is no file"):
        read_manifest(tmp_path / "nowhere")


def test_nothing_stays_of_a_backup_that_failed(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "never.tar.gz")
    with contextlib.suppress(RuntimeError), writer:
        writer.add("tables/a.jsonl", io.BytesIO(b"x"))
        raise RuntimeError("the disk is full")

    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    assert write(tmp_path / "whole.tar.gz").stat().st_mode & 0o777 == 0o600


def test_two_archives_are_held_against_each_other(tmp_path: Path) -> None:
    one, same = write(tmp_path / "1.tar.gz"), write(tmp_path / "2.tar.gz")
    other = write(tmp_path / "3.tar.gz", last=b"changed")

    assert differences(read_manifest(one), read_manifest(same)) == []
    assert differences(read_manifest(one), read_manifest(other)) == ["files/b"]
