"""Reading OneRoster files: who works there comes through, students never do, damaged files are refused."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from nic_platform.errors import InputError
from rosters import bundle, oneroster
from tests.rosters.conftest import manifest, packed

TODAY = date(2025, 5, 1)
ORGS = (
    "sourcedId,status,name,type,identifier,parentSourcedId\n"
    "d1,,Valley,district,0800010,\ns1,,Alder,school,,d1\n"
)
USERS = (
    "sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,password\n"
    "t1,active,true,s1,teacher,ada,Ada,Lind,Ada.Lind@district.example,S3cret-pass\n"
    "k1,active,true,s1,student,kid,Kim,Pupil,kim.pupil@district.example,Kid-pass\n"
    "g1,active,true,s1,guardian,gus,Gus,Parent,gus@mail.example,\n"
)


def read(files: Mapping[str, str | bytes], **more: object) -> oneroster.Reading:
    opened = bundle.open_zip(packed(files), "roster.zip")
    return oneroster.read(opened, today=TODAY, **more)  # type: ignore[arg-type]  # plain words


def good(**changed: str | bytes) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {"manifest.csv": manifest(), "orgs.csv": ORGS, "users.csv": USERS}
    return files | {name.replace("__", "."): text for name, text in changed.items()}


@pytest.mark.parametrize(
    ("folder", "version", "mode", "staff", "students"),
    [
        ("oneroster_1_1", "1.1", "bulk", ["John Doe", "Jim Smith"], 3),
        ("oneroster_1_2", "1.2", "bulk", ["John Doe", "Tom Paulsy", "Jim Smith"], 3),
        ("oneroster_1_2_delta", "1.2", "delta", [], 1),
    ],
)
def test_the_samples_are_read(
    shared: Path, folder: str, version: str, mode: str, staff: list[str], students: int
) -> None:
    found = oneroster.read(bundle.open_folder(shared / "data" / "oneroster" / folder), today=TODAY)

    assert (found.version, found.users_mode, found.counts["students"]) == (version, mode, students)
    assert [each.name for each in found.staff] == staff
    assert found.problems == []


def test_microsofts_relative_has_no_users_role_and_no_manifest(shared: Path) -> None:
    found = oneroster.read(bundle.open_folder(shared / "data" / "oneroster" / "sds_v2_1"), today=TODAY)
    assert (found.users_mode, found.has_manifest, found.staff) == ("delta", False, [])


def test_nothing_of_a_student_or_a_password_is_in_what_is_kept() -> None:
    kept = str(read(good()).as_json())
    for text in ("Kim", "Pupil", "k1", "kim.pupil", "Kid-pass", "S3cret", "Gus"):
        assert text not in kept
    assert "ada.lind@district.example" in kept


def test_a_fault_in_a_students_row_is_not_told() -> None:
    broken = USERS.replace("Kim,Pupil", "K" * 300 + ",Pupil")
    assert read(good(users__csv=broken)).problems == []


def test_who_is_a_student_too_is_never_taken() -> None:
    rows = "sourcedId,userSourcedId,role,orgSourcedId\nr1,t1,teacher,s1\nr2,t1,student,s1\n"
    users = "sourcedId,givenName,familyName,email\nt1,Ada,Lind,a@district.example\n"
    found = read(
        {"manifest.csv": manifest("bulk", "1.2", "users", "roles"), "users.csv": users, "roles.csv": rows}
    )
    assert (found.staff, found.counts["students"]) == ([], 1)


def test_a_role_that_is_over_counts_no_more() -> None:
    rows = "sourcedId,userSourcedId,role,orgSourcedId,endDate\nr1,t1,teacher,s1,2024-06-01\n"
    users = "sourcedId,givenName,familyName,email\nt1,Ada,Lind,a@district.example\n"
    files = {"manifest.csv": manifest("bulk", "1.2", "users", "roles"), "users.csv": users, "roles.csv": rows}
    assert [each.is_gone for each in read(files, known=["t1"]).staff] == [True]


def test_what_is_kept_comes_back_the_same() -> None:
    sessions = (
        "sourcedId,title,type,startDate,endDate,schoolYear\ny1,2025,schoolYear,2025-08-18,2026-05-29,2026\n"
    )
    found = read(good(academicSessions__csv=sessions))
    assert oneroster.from_json(found.as_json()) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    found = read(good(users__csv=USERS.replace("Lind", "Muñoz").encode(encoding)))
    assert [each.name for each in found.staff] == ["Ada Muñoz"]


def test_problems_name_file_row_and_column() -> None:
    users = (
        USERS
        + "t1,active,true,s1,aide,bo,Bo,Ek,bo@district.example,\n,active,true,s1,aide,,No,Id,x@y.example,\n"
    )
    sessions = "sourcedId,title,type,startDate,endDate\ny1,2025,schoolYear,1/05/2023,2026-05-29\n"
    found = read(good(users__csv=users, academicSessions__csv=sessions))
    assert [(p.sheet, p.row, p.column) for p in found.problems] == [
        ("users.csv", 5, "sourcedId"),
        ("users.csv", 6, "sourcedId"),
        ("academicsessions.csv", 2, "startDate"),
    ]


def test_a_missing_and_a_doubled_column_are_told() -> None:
    found = read(good(users__csv="givenName,email,email\nAda,a@x.example,b@x.example\n"))
    assert {p.column for p in found.problems} == {"", "email"}
    assert all(p.row is None for p in found.problems)


def test_columns_of_other_names_are_taken_as_a_source_says() -> None:
    users = USERS.replace("email", "Work mail", 1)
    found = read(good(users__csv=users), columns={"users": {"email": "Work mail"}})
    assert found.staff[0].email == "ada.lind@district.example"


def nested() -> bytes:
    return packed({"users.csv": USERS}).getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, made.open("users.csv", "w") as part:
        for _piece in range(60):
            part.write(b"\0" * 1024 * 1024)
    return out.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        {"users.csv": b"sourcedId,email\nt1,\x00\n"},
        {"users.csv": b""},
        {"../users.csv": USERS},
        {"/etc/users.csv": USERS},
        {"C:\\users.csv": USERS},
        {"users.csv": USERS, "deep/users.csv": USERS},
        {"users.csv": USERS, "more.zip": nested()},
        {"readme.txt": "no roster"},
        {"users.csv": "sourcedId," + ",".join(f"c{n}" for n in range(16_384)) + "\n"},
        {"users.csv": 'sourcedId,email\nt1,"' + "a" * 100_000 + '"\n'},
        {"users.csv": 'sourcedId,email\nt1,"open\n' + "x" * 30_000},
    ],
    ids=["nul", "empty", "up", "absolute", "drive", "twice", "nested", "none", "wide", "huge", "open"],
)  # fmt: skip
def test_damaged_and_hostile_files_are_refused(files: dict[str, str | bytes]) -> None:
    with pytest.raises(InputError):
        read(files)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no zip", b"GIF89a", bomb()], ids=["empty", "cut", "gif", "bomb"]
)
def test_what_is_no_roster_is_refused_before_it_is_read(data: bytes) -> None:
    with pytest.raises(InputError):
        bundle.open_zip(io.BytesIO(data), "roster.zip")


def test_a_cut_off_part_is_refused_while_it_is_read() -> None:
    data = bytearray(packed({"users.csv": USERS * 200}).getvalue())
    data[60:200] = b"\xff" * 140
    with pytest.raises(InputError):
        oneroster.read(bundle.open_zip(io.BytesIO(bytes(data)), "r.zip"), today=TODAY)


def test_only_a_header_lists_nobody() -> None:
    found = read(good(users__csv=USERS.splitlines()[0] + "\n"))
    assert (found.staff, oneroster.no_people(found)) == ([], True)
