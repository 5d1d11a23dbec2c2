"""A device that makes and uses passkeys, in software: honest unless it is told to lie."""

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "https://nic.example.org"
HOST = "nic.example.org"
_PRESENT, _VERIFIED, _NEW = 0x01, 0x04, 0x40


def b64(what: bytes) -> str:
    return base64.urlsafe_b64encode(what).rstrip(b"=").decode()


@dataclass
class SoftKey:
    """One passkey; ``count`` goes up by one with each use unless it is None, as with phones."""

    name: bytes = b"a credential's name"
    count: int | None = 0
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], **lies: Any) -> str:
        """Answer ``navigator.credentials.create``."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (numbers.x, numbers.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        tail = bytes(16) + struct.pack(">H", len(self.name)) + self.name + cose
        data = self._data(lies, _NEW) + tail
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, lies)
        return self._told({"clientDataJSON": b64(client), "attestationObject": b64(attested)})

    def sign(self, options: dict[str, Any], **lies: Any) -> str:
        """Answer ``navigator.credentials.get``; *lies*: origin, host, verified, handle, key, count, kind."""
        if self.count is not None:
            self.count += 1
        client, data = self._client("webauthn.get", options, lies), self._data(lies)
        key: ec.EllipticCurvePrivateKey = lies.get("key", self.key)
        signature = key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._told({
            "clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature),
            "userHandle": lies.get("handle", self.handle),
        })  # fmt: skip

    def _client(self, kind: str, options: dict[str, Any], lies: dict[str, Any]) -> bytes:
        told = {
            "type": lies.get("kind", kind),
            "challenge": lies.get("challenge", options["challenge"]),
            "origin": lies.get("origin", ORIGIN),
        }
        return json.dumps(told).encode()

    def _data(self, lies: dict[str, Any], more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if lies.get("verified", True) else 0) | more
        host = hashlib.sha256(lies.get("host", HOST).encode()).digest()
        return host + bytes([flags]) + struct.pack(">I", lies.get("count", self.count or 0))

    def _told(self, response: dict[str, str]) -> str:
        name = b64(self.name)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
