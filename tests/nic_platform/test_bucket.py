"""A bucket whose store is ill: nothing is half kept, and the reason is one line that an operator can use."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.wrappers import Request, Response

from nic_platform import backup, clock, doctor
from nic_platform.bucket import BucketStorage, Patience
from nic_platform.config import SettingError, settings_from
from nic_platform.database import db, transaction
from nic_platform.stored import Place, StorageError
from nic_platform.tables import Installation
from tests import factories as make
from tests import s3

SHORT = Patience(
    connect=timedelta(seconds=0.5), whole=timedelta(seconds=0.6), retries=2, retry_for=timedelta(seconds=1)
)
LARGE = bytes(range(256)) * 80_000  # 20 MB: three parts


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[s3.Store, Place]]:
    with s3.served() as both:
        yield both


@pytest.fixture
def store(served: tuple[s3.Store, Place]) -> Iterator[s3.Store]:
    yield served[0]
    served[0].__init__()  # type: ignore[misc]  # as good as new for the next test


@pytest.fixture
def place(served: tuple[s3.Store, Place], store: s3.Store) -> Place:
    return served[1]


def test_objects_lie_below_the_prefix_under_random_names(store: s3.Store, place: Place) -> None:
    kept = BucketStorage(place).put(io.BytesIO(b"x"))
    assert list(store.objects) == [f"nic/{kept.key[:2]}/{kept.key}"]


def test_a_large_file_goes_in_parts_and_comes_back(store: s3.Store, place: Place) -> None:
    bucket = BucketStorage(place)
    kept = bucket.put(io.BytesIO(LARGE))

    assert sum("PUT" in line for line in store.seen) == 3
    with bucket.open(kept.key) as found:
        assert found.read() == LARGE


def test_a_store_that_stumbles_is_asked_again(store: s3.Store, place: Place) -> None:
    store.failing = 1
    kept = BucketStorage(place).put(io.BytesIO(b"x"))
    with BucketStorage(place).open(kept.key) as found:
        assert found.read() == b"x"


def test_a_store_that_stays_ill_keeps_nothing(store: s3.Store, place: Place) -> None:
    store.failing = 50
    with pytest.raises(StorageError):
        BucketStorage(place, SHORT).put(io.BytesIO(b"x"))
    assert store.objects == {}


def test_a_large_file_that_breaks_off_is_not_there(store: s3.Store, place: Place) -> None:
    bucket = BucketStorage(place, SHORT)

    answer = store._in_parts

    def second_part_fails(request: Request, key: str, body: bytes) -> Response:
        if request.args.get("partNumber") == "2":
            return Response(status=400)
        return answer(request, key, body)

    store._in_parts = second_part_fails  # type: ignore[method-assign]  # the store is ill for one test
    with pytest.raises(StorageError):
        bucket.put(io.BytesIO(LARGE))
    del store._in_parts  # well again

    assert store.objects == {}


def test_a_store_that_does_not_answer_in_time_is_told() -> None:
    with s3.served() as (store, place):
        store.slow = 1.5
        with pytest.raises(StorageError) as error:
            BucketStorage(place, replace(SHORT, retries=0)).put(io.BytesIO(b"x"))
    assert error.value.why == "it did not answer in time"
    assert error.value.status == 503


def test_a_file_that_stops_midway_is_never_given_out_as_whole(store: s3.Store, place: Place) -> None:
    kept = BucketStorage(place).put(io.BytesIO(b"x" * 3_000_000))
    store.cut = 1_000_000
    with pytest.raises(StorageError):
        BucketStorage(place, SHORT).open(kept.key)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"key": "WRONG"}, "the store does not know this key"),
        ({"bucket": "others"}, "there is no such bucket"),
        ({"endpoint": "http://127.0.0.1:9"}, "nothing listens there"),
        ({"allow_http": False}, "http is not allowed: use https"),
    ],
)
def test_the_reason_is_one_an_operator_can_use(
    store: s3.Store, place: Place, change: dict[str, str], why: str
) -> None:
    wrong = replace(place, **change)  # type: ignore[arg-type]  # one of its fields
    with pytest.raises(StorageError) as error:
        BucketStorage(wrong, replace(SHORT, retries=0)).put(io.BytesIO(b"x"))
    assert error.value.why == why
    assert place.secret not in repr(error.value.why)


# ---------------------------------------------------------------- settings and doctor

ENVIRON = {
    "NIC_STORAGE": "s3://nic-files/colorado", "NIC_S3_ENDPOINT": "https://minio.example.org",
    "NIC_S3_KEY": "key", "NIC_S3_SECRET": "secret",
}  # fmt: skip


def test_a_bucket_is_named_by_the_environment(tmp_path: Path) -> None:
    place = settings_from({"NIC_DATA_DIR": str(tmp_path), **ENVIRON})["BUCKET"]

    assert place == Place(
        "nic-files", "colorado", "https://minio.example.org", key="key", secret="secret", path_style=True
    )
    assert place.words == "bucket nic-files/colorado at https://minio.example.org"
    amazon = {"NIC_DATA_DIR": str(tmp_path), "NIC_STORAGE": "s3://nic-files", "NIC_S3_REGION": "us-west-2"}
    assert settings_from(amazon)["BUCKET"] == Place("nic-files", region="us-west-2")
    assert settings_from({"NIC_DATA_DIR": str(tmp_path)})["BUCKET"] is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"NIC_STORAGE": "ftp://files"}, "NIC_STORAGE must be a folder"),
        ({"NIC_STORAGE": "s3://"}, "must name a bucket"),
        ({"NIC_STORAGE": "s3://No_Capitals"}, "must name a bucket"),
        ({"NIC_S3_ENDPOINT": "http://127.0.0.1:9000"}, "NIC_S3_ALLOW_HTTP=1"),
        ({"NIC_S3_SECRET": ""}, "belong together"),
        ({"NIC_S3_KEY": "", "NIC_S3_SECRET": ""}, "NIC_S3_KEY must be set"),
        ({"NIC_S3_PATH_STYLE": "perhaps"}, "NIC_S3_PATH_STYLE must be 1 or 0"),
    ],
)
def test_a_bucket_that_cannot_be_is_refused_at_start(
    tmp_path: Path, wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingError, match=sentence):
        settings_from({"NIC_DATA_DIR": str(tmp_path), **ENVIRON, **wrong})


def examined(app: Flask, place: Place) -> doctor.Finding:
    with app.app_context():
        before = app.config["BUCKET"]
        app.config["BUCKET"] = place
        try:
            return next(finding for finding in doctor.examine() if finding.what == "files")
        finally:
            app.config["BUCKET"] = before


def test_the_doctor_puts_away_reads_and_deletes(app: Flask, store: s3.Store, place: Place) -> None:
    finding = examined(app, place)

    assert finding.is_well
    assert finding.said.endswith("put away, read and deleted")
    assert store.objects == {}


def test_the_doctor_tells_what_is_wrong_and_no_secret(app: Flask, store: s3.Store, place: Place) -> None:
    finding = examined(app, replace(place, key="WRONG"))

    assert not finding.is_well
    assert "does not know this key" in finding.said
    assert place.secret not in finding.said + finding.mend


def test_a_backup_takes_files_out_of_a_bucket_and_puts_them_back(
    own_app: Flask, store: s3.Store, place: Place, tmp_path: Path
) -> None:
    bucket, other = BucketStorage(place), BucketStorage(replace(place, prefix="moved"))
    with own_app.app_context():
        with transaction() as current:
            cycle = make.make_cycle(current)
            kept = bucket.put(io.BytesIO(b"tickets"))
            make.make_attachment(current, cycle, key=kept.key)
            current.add(Installation(is_demo=False, created_at=clock.now()))
        path = tmp_path / "backup.tar.gz"
        told = backup.dump(db.engine, bucket, path, platform="0.1.0", secret="s", key_file=None)
        backup.load(db.engine, other, path, told, replace=True)
        db.session.remove()

    assert told.missing == []
    assert store.objects[f"moved/{kept.key[:2]}/{kept.key}"] == b"tickets"
