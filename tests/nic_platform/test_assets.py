"""Scripts of other packages: hashed addresses, packed once, kept for a year."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from nic_platform import assets


@pytest.fixture
def address(app: Flask) -> str:
    with app.test_request_context():
        return assets.asset_url("plotly.js")


def test_the_address_changes_with_the_file(address: str) -> None:
    assert address == f"/assets/{assets.asset('plotly.js').digest}/plotly.js"


def test_a_packed_file_is_sent_to_be_kept(app: Flask, address: str) -> None:
    response = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})

    assert response.status_code == 200
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert gzip.decompress(response.data) == assets.asset("plotly.js").path.read_bytes()
    response.close()


@pytest.mark.parametrize(
    "path", ["/assets/0000000000000000/plotly.js", "/assets/x/secret_key", "/assets/x/..%2fx"]
)
def test_anything_else_is_not_there(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


def test_packing_twice_does_the_work_once(tmp_path: Path) -> None:
    first = assets.packed(assets.asset("plotly.js"), tmp_path, "gzip")
    stamp = first.stat().st_mtime_ns

    assert assets.packed(assets.asset("plotly.js"), tmp_path, "gzip").stat().st_mtime_ns == stamp
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


def test_plotly_finds_the_style_elements_it_would_make(app: Flask) -> None:
    ids = assets.plotly_style_ids()

    assert ids[0] == "plotly.js-style-global"
    assert all(len(name) == 64 for name in ids[1:])
