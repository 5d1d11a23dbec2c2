"""A small store that speaks as much of S3 as the platform uses, holding its objects in memory.

It asks for a signed request, keeps an object only once all of it has come, and can be told to be ill.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4
from xml.etree import ElementTree

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from nic_platform.stored import Place

KEY = "AKIATESTONLY"


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_said: object) -> None:
        """Say nothing."""


class Store:
    """One bucket. ``ill`` is asked before every answer: it may return another answer, or wait."""

    def __init__(self, bucket: str = "files") -> None:
        self.bucket = bucket
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.seen: list[str] = []
        self.failing = 0  # so many answers are 500s
        self.slow = 0.0  # seconds before each answer
        self.cut = 0  # so many bytes of an object come, and then the line is cut

    def __call__(self, environ: object, start: object) -> object:
        request = Request(environ)  # type: ignore[arg-type]  # a WSGI environment
        return self.answer(request)(environ, start)  # type: ignore[arg-type]  # as above

    def answer(self, request: Request) -> Response:
        """Answer one request as S3 would."""
        body = request.get_data()
        self.seen.append(f"{request.method} {request.path}")
        time.sleep(self.slow)
        if self.failing > 0:
            self.failing -= 1
            return _error(500, "InternalError")
        if (refusal := self._refused(request, body)) is not None:
            return refusal
        _slash, bucket, key = request.path.split("/", 2)
        if bucket != self.bucket:
            return _error(404, "NoSuchBucket")
        if "uploads" in request.args or "uploadId" in request.args:
            return self._in_parts(request, key, body)
        return self._whole(request, key, body)

    def _refused(self, request: Request, body: bytes) -> Response | None:
        signed = request.headers.get("Authorization", "")
        if not signed.startswith("AWS4-HMAC-SHA256 "):
            return _error(403, "AccessDenied")
        if f"Credential={KEY}/" not in signed:
            return _error(403, "InvalidAccessKeyId")
        told = request.headers.get("X-Amz-Content-Sha256", "")
        if told not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
            return _error(400, "XAmzContentSHA256Mismatch")
        return None

    def _whole(self, request: Request, key: str, body: bytes) -> Response:
        if request.method == "PUT":
            self.objects[key] = body
            return Response(headers={"ETag": f'"{hashlib.md5(body).hexdigest()}"'})
        if request.method == "DELETE":
            self.objects.pop(key, None)
            return Response(status=204)
        if key not in self.objects:
            return _error(404, "NoSuchKey")
        data = self.objects[key]
        headers = {
            "ETag": f'"{hashlib.md5(data).hexdigest()}"',
            "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT",
            "Content-Length": str(len(data)),
        }
        if request.method == "HEAD":
            return Response(headers=headers)
        return Response(self._sent(data), headers=headers, direct_passthrough=True)

    def _sent(self, data: bytes) -> Iterator[bytes]:
        if not self.cut:
            yield data
            return
        yield data[: self.cut]
        raise ConnectionAbortedError("cut on purpose")

    def _in_parts(self, request: Request, key: str, body: bytes) -> Response:
        if "uploads" in request.args:
            name = uuid4().hex
            self.parts[name] = {}
            return _xml(
                f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId></InitiateMultipartUploadResult>"
            )
        name = request.args["uploadId"]
        if request.method == "DELETE":
            self.parts.pop(name, None)
            return Response(status=204)
        if request.method == "PUT":
            self.parts[name][int(request.args["partNumber"])] = body
            return Response(headers={"ETag": f'"{hashlib.md5(body).hexdigest()}"'})
        wanted = [
            int(part.text or 0)
            for part in ElementTree.fromstring(body).iter()
            if part.tag.endswith("PartNumber")
        ]
        parts = self.parts.pop(name)
        self.objects[key] = b"".join(parts[number] for number in sorted(wanted))
        return _xml(
            "<CompleteMultipartUploadResult><ETag>&quot;x&quot;</ETag></CompleteMultipartUploadResult>"
        )


def _xml(text: str) -> Response:
    return Response(f'<?xml version="1.0"?>{text}', content_type="application/xml")


def _error(status: int, code: str) -> Response:
    answer = _xml(f"<Error><Code>{code}</Code><Message>{code}</Message></Error>")
    answer.status_code = status
    return answer


@contextmanager
def served() -> Iterator[tuple[Store, Place]]:
    """Give a store that listens, and the place under which the platform finds it."""
    store = Store()
    server = make_server("127.0.0.1", 0, store, threaded=True, request_handler=_Quiet)  # type: ignore[arg-type]  # a WSGI application
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    place = Place(
        "files", "nic", f"http://127.0.0.1:{server.server_port}", key=KEY, secret="s" * 40,
        path_style=True, allow_http=True,
    )  # fmt: skip
    try:
        yield store, place
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
