"""What every place for files speaks of: what was put away, where a bucket is, and what can go wrong."""

from dataclasses import dataclass

from nic_platform.errors import PlatformError
from nic_platform.text import _


@dataclass(frozen=True)
class Stored:
    """What was put away: its key, its size in bytes, its SHA-256."""

    key: str
    size: int
    sha256: str


class StorageError(PlatformError):
    """The place where files lie does not answer, or refuses; nothing was kept. ``why`` is for operators."""

    status = 503

    def __init__(self, why: str) -> None:
        super().__init__(
            _("The place where files lie does not answer. Nothing was kept. Try again in a few minutes.")
        )
        self.why = why


@dataclass(frozen=True)
class Place:
    """Which bucket, where, under which keys; without *key* Amazon asks the machine's own role."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    key: str = ""
    secret: str = ""
    path_style: bool = False
    allow_http: bool = False

    @property
    def words(self) -> str:
        """Return where it is, without its secrets."""
        where = f" at {self.endpoint}" if self.endpoint else f" in {self.region}"
        return f"bucket {self.bucket}{'/' + self.prefix if self.prefix else ''}{where}"
