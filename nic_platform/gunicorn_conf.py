"""How gunicorn runs the platform; ``nic serve --production`` starts it with this.

Threads, because a request mostly waits for the database; the application is loaded once and then forked, so
that workers share its memory; each worker is replaced after some ten thousand requests, at different times.
"""

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from nic_platform import logs

wsgi_app = "nic_platform.app:create_app()"
bind = "127.0.0.1:8000"
workers = int(os.environ.get("NIC_WORKERS") or max(2, min(8, os.cpu_count() or 2)))
threads = 8
worker_class = "gthread"
preload_app = True
max_requests = 20_000
max_requests_jitter = 2_000
timeout = 60
graceful_timeout = 30  # what is being answered is finished; then systemd or the balancer has moved on
keepalive = 75  # longer than balancers keep a line open, so that they never write into one that is closing
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a beat must not wait for a disk
control_socket_disable = True  # nobody changes a running server by a socket
accesslog = None  # the platform notes each request itself, without addresses
logconfig_dict = logs.gunicorn_logging(os.environ.get("NIC_LOG", "").strip().lower() or "text")
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"

# Before prometheus_client is imported: it decides then whether figures are for one process or for several.
_made: Path | None = None
if _FIGURES not in os.environ:
    _made = Path(tempfile.mkdtemp(prefix="nic-figures-"))
    os.environ[_FIGURES] = str(_made)
else:
    Path(os.environ[_FIGURES]).mkdir(parents=True, exist_ok=True)


def on_starting(_server: Any) -> None:
    """Forget the figures of processes that are no more."""
    for old in Path(os.environ[_FIGURES]).glob("*.db"):
        old.unlink(missing_ok=True)


def when_ready(server: Any) -> None:
    """Have in memory what all requests need before the processes that share it are forked off."""
    from nic_platform import serving

    serving.share(_application(server))


def post_fork(server: Any, _worker: Any) -> None:
    """Let the child open connections of its own: two on one line would read each other's answers."""
    from nic_platform.database import db

    app = _application(server)
    with app.app_context():
        db.engine.dispose(close=False)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Send the traces that wait."""
    from nic_platform import traces

    traces.flush()


def child_exit(_server: Any, worker: Any) -> None:
    """Fold the figures of a worker that has ended; whatever becomes of them, the server goes on."""
    from nic_platform import metrics

    try:
        metrics.forget_process(worker.pid)
    except Exception:
        logging.getLogger("switchback.figures").exception("the figures of an ended process were not folded")


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    if _made is not None:
        shutil.rmtree(_made, ignore_errors=True)


def _application(server: Any) -> Any:
    return server.app.wsgi()
