"""Another system on this machine: takes messages, remembers them, and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Listener:
    """What came in, as ``(headers, body)``, and what is answered: the next of ``answers``, else 204."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.url = ""
        self.hold = threading.Event()
        self.hold.set()

    @property
    def ids(self) -> list[str]:
        """Return the ids of the messages, in the order they came."""
        return [headers["Webhook-Id"] for headers, _body in self.taken]


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on a free port until the block ends."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.taken.append((dict(self.headers), body))
            listener.hold.wait(20)
            self.send_response(listener.answers.pop(0) if listener.answers else 204)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    listener.url = f"http://127.0.0.1:{server.server_port}/take"
    try:
        yield listener
    finally:
        listener.hold.set()
        server.shutdown()
        server.server_close()
