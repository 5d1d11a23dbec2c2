"""What can be set from outside, each with its default; wrong values are refused at start with a sentence."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from platformdirs import user_data_path
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from nic_platform import logs
from nic_platform.stored import Place

# Pages and API ask more than a thousand different statements; a load of all kinds of people asks 250 of them.
# Each that is kept ready takes some 55 KB of each process: those asked last stay, half as many more at most.
# What somebody typed is never quoted in an error.
STATEMENTS = 600
_ENGINE: dict[str, object] = {"query_cache_size": STATEMENTS, "hide_parameters": True}
_SERVER: dict[str, object] = {
    "pool_size": 10,
    "max_overflow": 10,
    "pool_timeout": 10,
    "pool_pre_ping": True,
    "pool_use_lifo": True,  # the same few lines, which have their statements ready
    # A server that is gone, with its machine and without a word, is given up after seconds, not after hours.
    "connect_args": {
        "connect_timeout": 5,
        "prepare_threshold": 2,  # asked twice on a line, a statement stays ready there
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    },
}


class SettingError(ValueError):
    """A setting can't be used; the text names it and says what it should be."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what it is for, and its default in words."""

    name: str
    meaning: str
    default: str


_PREPARED = "NIC_PREPARED_STATEMENTS"
SETTINGS = (
    Setting(
        "NIC_DATA_DIR", "Folder for the database, files, mail and the secret key.", "a per-user data folder"
    ),
    Setting("DATABASE_URL", "Database: sqlite:///… or postgresql://…", "SQLite in the data folder"),
    Setting(
        _PREPARED,
        "0 behind a pooler of transactions that keeps no prepared statements (PgBouncer before 1.21).",
        "1",
    ),
    Setting(
        "NIC_SECRET_KEY",
        "At least 32 characters; signs cookies and the audit trail.",
        "made once, kept in the data folder",
    ),
    Setting(
        "NIC_BASE_URL",
        "Address people use, such as https://nic.example.org; used in mail.",
        "http://127.0.0.1:8000",
    ),
    Setting(
        "NIC_MAIL_URL",
        "Mail server: smtp://user:password@host:587 (STARTTLS) or smtps://…",
        "none: console and folder",
    ),
    Setting("NIC_MAIL_FROM", "Address that mail comes from.", "switchback@localhost"),
    Setting("NIC_PROXIES", "How many proxies in front are trusted to say who is calling.", "0"),
    Setting("NIC_SESSION_IDLE_MINUTES", "Minutes without a request after which a sign-in ends.", "30"),
    Setting("NIC_SESSION_HOURS", "Hours after which a sign-in ends in any case.", "12"),
    Setting(
        "NIC_PROVIDER_HOURS",
        "Hours after which a sign-in by an organisation ends: then its groups are read anew.",
        "4",
    ),
    Setting(
        "NIC_SECOND_FACTOR",
        "required (of administrators, network leads, reviewers, leads above schools) or offered.",
        "required; offered in a demo",
    ),
    Setting("NIC_SECOND_FACTOR_DAYS", "Days after their first sign-in that they may take to do so.", "7"),
    Setting("NIC_MAX_UPLOAD_MB", "Largest file that may be sent.", "50"),
    Setting("NIC_QUEUE_URL", "Job queue: a SQLite file, postgresql://… or redis://…", "beside the database"),
    Setting(
        "NIC_STORAGE",
        "Where attachments lie: a folder, or s3://bucket/prefix (with the extra s3).",
        "files/ in the data folder",
    ),
    Setting(
        "NIC_S3_ENDPOINT", "Address of the bucket's store, such as https://minio.example.org.", "Amazon S3"
    ),
    Setting("NIC_S3_REGION", "Region of the bucket.", "us-east-1"),
    Setting("NIC_S3_KEY", "Access key; with it goes NIC_S3_SECRET.", "the machine's own role (Amazon)"),
    Setting("NIC_S3_SECRET", "Secret that belongs to NIC_S3_KEY.", "none"),
    Setting(
        "NIC_S3_PATH_STYLE", "1 asks for host/bucket instead of bucket.host.", "1 with an endpoint, else 0"
    ),
    Setting("NIC_S3_ALLOW_HTTP", "1 lets the endpoint be http://, for a store on this machine.", "0"),
    Setting("NIC_TEAM_FILES_MB", "Megabytes of attached files that one team may keep.", "500"),
    Setting("NIC_ROSTER_DIR", "Folder whose subfolders hold the nightly files of rosters.", "none"),
    Setting(
        "NIC_API_PER_MINUTE", "Requests a minute that a token may make of the API; 0: no limit.", "12000"
    ),
    Setting("NIC_KEPT_DAYS", "Days that deleted things are kept before they go for good.", "30"),
    Setting("NIC_WORKERS", "Processes of nic serve --production.", "as many as cores, 2 to 8"),
    Setting("NIC_LOG", "json or text: what a line of the log looks like.", "text"),
    Setting(
        "NIC_LOG_LEVEL",
        "debug, info (each request), warning or error: what the platform itself tells.",
        "info with json, warning with text",
    ),
    Setting(
        "NIC_METRICS_TOKEN",
        "At least 16 characters; whoever sends it as a bearer token may read /metrics.",
        "none: this machine only",
    ),
    Setting("NIC_COUNT_SQL", "1 adds the header X-SQL-Statements to every answer.", "0"),
)


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdigit() or not low <= int(text) <= high:
        raise SettingError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip().lower()
    if text in {"", "0", "no", "false"}:
        return False
    if text in {"1", "yes", "true"}:
        return True
    raise SettingError(f"{name} must be 1 or 0, not {text!r}.")


_SEVERAL = re.compile(
    r"(?P<head>postgres[^/]*://(?:[^@/]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<tail>/[^?]*)(?P<query>\?.*)?"
)


def _one_host(text: str) -> str:
    """Return an address that names several servers, as libpq writes it, as SQLAlchemy reads it."""
    found = _SEVERAL.fullmatch(text)
    if found is None:
        return text
    query = (found["query"] or "").lstrip("?")
    hosts = "&".join(f"host={host}" for host in found["hosts"].split(","))
    return f"{found['head']}{found['tail']}?{hosts}" + (f"&{query}" if query else "")


def engine_options(url: str, *, prepared: bool = True) -> dict[str, object]:
    """Return how connections to this database are made, kept, and given up.

    Args:
        prepared: the server may be asked to keep statements ready; not behind a pooler that gives each
            transaction another server.
    """
    if url.startswith("sqlite"):
        return _ENGINE
    if prepared:
        return _ENGINE | _SERVER
    asked: Mapping[str, object] = cast(Mapping[str, object], _SERVER["connect_args"])
    return _ENGINE | _SERVER | {"connect_args": {**asked, "prepare_threshold": None}}


def libpq_url(url: str) -> str:
    """Return a database's address as libpq reads it: for programs that connect without SQLAlchemy."""
    parts = make_url(url).set(drivername="postgresql")
    hosts = parts.query.get("host", ())
    if isinstance(hosts, str) or len(hosts) < 2:
        return parts.render_as_string(hide_password=False)
    rest = parts.difference_update_query(["host"])
    single = rest.set(host="several-hosts").render_as_string(hide_password=False)
    return single.replace("several-hosts", ",".join(hosts), 1)


def database_url(text: str) -> str:
    """Return *text* as SQLAlchemy wants it, psycopg 3 for PostgreSQL.

    Raises:
        SettingError: it names no database that the platform runs on.
    """
    try:
        url = make_url(_one_host(text))
    except (ArgumentError, ValueError) as error:
        raise SettingError(
            "DATABASE_URL must look like sqlite:////folder/nic.db or postgresql://user@host/name."
        ) from error
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise SettingError(f"DATABASE_URL must name SQLite or PostgreSQL, not {url.drivername!r}.")
    return url.render_as_string(hide_password=False)


_SECOND = ("required", "offered", "by place")  # by place: required, but offered in a demo


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    text = environ.get(name, "").strip().lower() or default
    if text not in choices:
        raise SettingError(f"{name} must be one of {', '.join(choices)}, not {text!r}.")
    return text


def _long_secret(environ: Mapping[str, str], name: str, least: int) -> str:
    text = environ.get(name, "").strip()
    if text and len(text) < least:
        raise SettingError(f"{name} must have at least {least} characters.")
    return text


def _address(environ: Mapping[str, str], name: str, default: str, schemes: tuple[str, ...]) -> str:
    text = environ.get(name, "").strip()
    if not text:
        return default
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname:
        raise SettingError(
            f"{name} must begin with {' or '.join(s + '://' for s in schemes)} and name a host."
        )
    return text.rstrip("/")


def _data_dir(environ: Mapping[str, str]) -> Path:
    text = environ.get("NIC_DATA_DIR", "").strip()
    folder = Path(text).expanduser().resolve() if text else user_data_path("switchback", appauthor=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"NIC_DATA_DIR: {folder} can't be made ({error.strerror}). Name a folder you may write to."
        ) from error
    if not os.access(folder, os.W_OK):
        raise SettingError(f"NIC_DATA_DIR: {folder} can't be written to. Name a folder you may write to.")
    return folder


def _secret_key(environ: Mapping[str, str], folder: Path) -> str:
    text = environ.get("NIC_SECRET_KEY", "")
    if text:
        if len(text) < 32:
            raise SettingError("NIC_SECRET_KEY must have at least 32 characters.")
        return text
    file = folder / "secret_key"
    if not file.exists():
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first
            return file.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
    return file.read_text(encoding="ascii").strip()


def _storage(environ: Mapping[str, str], folder: Path) -> tuple[str, Place | None]:
    """Return the folder that files lie in, or the bucket."""
    text = environ.get("NIC_STORAGE", "").strip()
    parts = urlsplit(text)
    if parts.scheme != "s3":
        if "://" in text:
            raise SettingError("NIC_STORAGE must be a folder, or begin with s3:// and name a bucket.")
        return text or str(folder / "files"), None
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc) or parts.query or parts.fragment:
        raise SettingError("NIC_STORAGE must name a bucket, as in s3://bucket or s3://bucket/prefix.")
    endpoint = _address(environ, "NIC_S3_ENDPOINT", "", ("http", "https"))
    allow_http = _flag(environ, "NIC_S3_ALLOW_HTTP")
    if endpoint.startswith("http:") and not allow_http:
        raise SettingError("NIC_S3_ENDPOINT must begin with https://; NIC_S3_ALLOW_HTTP=1 allows http://.")
    key, secret = (environ.get(name, "").strip() for name in ("NIC_S3_KEY", "NIC_S3_SECRET"))
    if bool(key) != bool(secret):
        raise SettingError("NIC_S3_KEY and NIC_S3_SECRET belong together: set both, or none.")
    if endpoint and not key:
        raise SettingError("NIC_S3_KEY must be set for the store that NIC_S3_ENDPOINT names.")
    is_path = _flag(environ, "NIC_S3_PATH_STYLE") if environ.get("NIC_S3_PATH_STYLE") else bool(endpoint)
    region = environ.get("NIC_S3_REGION", "").strip() or "us-east-1"
    prefix = parts.path.strip("/")
    return "", Place(parts.netloc, prefix, endpoint, region, key, secret, is_path, allow_http)


def _queue(environ: Mapping[str, str], usual: str) -> str:
    """Return where the queue lies: a SQLite file, PostgreSQL, or Redis with the extra of that name."""
    text = environ.get("NIC_QUEUE_URL", "").strip()
    if not text:
        return usual
    scheme = urlsplit(text).scheme.partition("+")[0] if "://" in text else ""
    if scheme not in {"", "sqlite", "postgres", "postgresql", "redis", "rediss"}:
        raise SettingError("NIC_QUEUE_URL must be a file, or begin with postgresql:// or redis://.")
    if scheme.startswith("redis") and find_spec("redis") is None:
        raise SettingError("NIC_QUEUE_URL names Redis: install the extra redis (nic-platform[redis]).")
    return text


def settings_from(environ: Mapping[str, str]) -> dict[str, object]:
    """Return the application's configuration from environment variables.

    Raises:
        SettingError: a value can't be used; the text names the variable and what it should be.
    """
    folder = _data_dir(environ)
    url = database_url(environ.get("DATABASE_URL", "").strip() or f"sqlite:///{folder / 'nic.db'}")
    base = _address(environ, "NIC_BASE_URL", "http://127.0.0.1:8000", ("http", "https"))
    is_sqlite = url.startswith("sqlite")
    files, bucket = _storage(environ, folder)
    prepared = _flag(environ, _PREPARED) if environ.get(_PREPARED, "").strip() else True
    log = _choice(environ, "NIC_LOG", logs.FORMATS, "text")
    return {
        "DATA_DIR": str(folder),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url, prepared=prepared),
        "PREPARED_STATEMENTS": prepared,
        "SECRET_KEY": _secret_key(environ, folder),
        "BASE_URL": base,
        "MAIL_URL": _address(environ, "NIC_MAIL_URL", "", ("smtp", "smtps")),
        "MAIL_FROM": environ.get("NIC_MAIL_FROM", "").strip() or "switchback@localhost",
        "PROXIES": _number(environ, "NIC_PROXIES", 0, 0, 5),
        "SESSION_IDLE_MINUTES": _number(environ, "NIC_SESSION_IDLE_MINUTES", 30, 1, 24 * 60),
        "SESSION_HOURS": _number(environ, "NIC_SESSION_HOURS", 12, 1, 24 * 30),
        "PROVIDER_HOURS": _number(environ, "NIC_PROVIDER_HOURS", 4, 1, 24 * 30),
        "SECOND_FACTOR": _choice(environ, "NIC_SECOND_FACTOR", _SECOND, "by place"),
        "SECOND_FACTOR_DAYS": _number(environ, "NIC_SECOND_FACTOR_DAYS", 7, 0, 365),
        "MAX_CONTENT_LENGTH": _number(environ, "NIC_MAX_UPLOAD_MB", 50, 1, 1000) * 1024 * 1024,
        "QUEUE_URL": _queue(environ, f"{folder / 'queue.db'}" if is_sqlite else url),
        "STORAGE": files,
        "BUCKET": bucket,
        "TEAM_FILES_MB": _number(environ, "NIC_TEAM_FILES_MB", 500, 1, 1_000_000),
        "ROSTER_DIR": environ.get("NIC_ROSTER_DIR", "").strip(),
        "API_PER_MINUTE": _number(environ, "NIC_API_PER_MINUTE", 12_000, 0, 1_000_000),
        "KEPT_DAYS": _number(environ, "NIC_KEPT_DAYS", 30, 30, 3650),
        "LOG": log,
        "LOG_LEVEL": _choice(environ, "NIC_LOG_LEVEL", logs.LEVELS, "info" if log == "json" else "warning"),
        "METRICS_TOKEN": _long_secret(environ, "NIC_METRICS_TOKEN", 16),
        "COUNT_SQL": _flag(environ, "NIC_COUNT_SQL"),
        "INSECURE_COOKIES": False,
    }
