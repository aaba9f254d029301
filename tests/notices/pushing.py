"""A push service on this machine, and browsers' subscriptions to it."""

import base64
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from buurtnet.kit.push import Device


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Browser:
    """What a browser knows of its subscription: the address, and the keys with which it reads what comes."""

    def __init__(self, endpoint: str) -> None:
        self._key, self._secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.device = Device(endpoint, _encode(point), _encode(self._secret))

    @property
    def said(self) -> dict[str, Any]:
        """PushSubscription.toJSON."""
        keys = {"p256dh": self.device.p256dh, "auth": self.device.auth}
        return {"endpoint": self.device.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> Any:
        """What was sent, as only this browser can read it."""
        return msgspec.json.decode(http_ece.decrypt(body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"))


class Pushed(msgspec.Struct, frozen=True):
    """A request that came to the service."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    """Takes what comes, or answers a path as it was told to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pushed: list[Pushed] = []
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}

    def subscribe(self, path: str, status: int = 201, **headers: str) -> Browser:
        """A browser with that path here, whose messages are answered like that."""
        self.answers[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}
        return Browser(self.url + path)


@contextmanager
def push_service() -> Generator[PushService]:
    """A service that runs within the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            service.pushed.append(Pushed(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = service.answers.get(self.path, (404, {}))
            self.send_response(status)
            for name, value in {"content-length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()
    thread.join()
