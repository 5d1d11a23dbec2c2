"""Third-party scripts, served out of the wheels that ship them under hashed, immutable addresses.

plotly.js is 4.8 MB and comes with the plotly package; it is packed once into the data folder (with Brotli
where that package is there, and gzip) and loaded only by pages that draw a full figure.
"""

import gzip
import hashlib
import importlib.resources
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

from flask import Blueprint, Response, current_app, request, send_file, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access
from nic_platform.errors import AbsentError
from nic_platform.text import _

FILES: Mapping[str, tuple[str, str, str]] = {
    "plotly.js": ("plotly", "package_data/plotly.min.js", "text/javascript"),
}
blueprint = Blueprint("assets", __name__, url_prefix="/assets")


@dataclass(frozen=True)
class Asset:
    """One file of another package. ``digest`` is the first 16 hexadecimal digits of its SHA-256."""

    name: str
    path: Path
    mime: str
    digest: str


@cache
def asset(name: str) -> Asset:
    """Return the asset of that name; read and hashed once a process.

    Raises:
        KeyError: there is none.
    """
    package, relative, mime = FILES[name]
    path = Path(str(importlib.resources.files(package) / relative))
    return Asset(name, path, mime, hashlib.sha256(path.read_bytes()).hexdigest()[:16])


def asset_url(name: str) -> str:
    """Return the address of an asset; it changes when the file does."""
    return url_for("assets.get", digest=asset(name).digest, name=name)


@cache
def plotly_style_ids() -> tuple[str, ...]:
    """Return the ids of the style elements that plotly.js would otherwise make itself.

    Empty ones that carry the page's nonce are filled through the object model, so the policy stays strict.
    """
    script = asset("plotly.js").path.read_text("utf-8")
    found = set(re.findall(r'getElementById\("([0-9a-f]{64})"\)', script))
    return ("plotly.js-style-global", *sorted(found))


def encodings() -> tuple[str, ...]:
    """Return the encodings we can pack into, best first."""
    return ("br", "gzip") if importlib.util.find_spec("brotli") else ("gzip",)


def packed(wanted: Asset, folder: Path, encoding: str) -> Path:
    """Return the file packed by *encoding*, kept in *folder* from the first time on."""
    out = folder / f"{wanted.digest}-{wanted.name}.{encoding}"
    if not out.exists():
        folder.mkdir(parents=True, exist_ok=True)
        whole = wanted.path.read_bytes()
        if encoding == "br":
            import brotli

            small = bytes(brotli.compress(whole, quality=5))
        else:
            small = gzip.compress(whole, 9, mtime=0)
        unfinished = out.with_name(f"{out.name}.{uuid4().hex}")
        unfinished.write_bytes(small)
        unfinished.replace(out)
    return out


@blueprint.record_once
def _give_address(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]  # Flask's BlueprintSetupState
    app.jinja_env.globals.update(asset_url=asset_url, plotly_style_ids=plotly_style_ids)


@blueprint.get("/<digest>/<name>")
@access.public
def get(digest: str, name: str) -> ResponseReturnValue:
    """Send an asset, packed if the browser takes that, to be kept for a year."""
    if name not in FILES or asset(name).digest != digest:
        raise AbsentError(_("There is no such page."))
    wanted = asset(name)
    best = request.accept_encodings.best_match(encodings()) if request.accept_encodings else None
    folder = Path(str(current_app.config["DATA_DIR"])) / "assets"
    path = packed(wanted, folder, best) if best else wanted.path
    response: Response = send_file(path, mimetype=wanted.mime, etag=f"{wanted.digest}-{best or 'whole'}")
    if best:
        response.headers["Content-Encoding"] = best
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
