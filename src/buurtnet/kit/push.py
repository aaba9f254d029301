"""Web push: a device is told that there is something, through the push service of its browser and nobody else's.

Requests go to the known push services alone, whatever address a browser names, and follow nobody elsewhere. What is sent is encrypted for the
device (RFC 8291) and signed with this installation's own key (RFC 8292). That key is derived from the line `index` of the key file, which
stays when others rotate: a new one would silence every device.
"""

import base64
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from buurtnet.kit.clock import now
from buurtnet.kit.errors import Invalid
from buurtnet.kit.mail import TryLater, Undeliverable, sender_of
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.settings import Settings

SERVICES = ("fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", ".push.apple.com", ".notify.windows.com")
"""The known push services: Google, Mozilla, Apple, Microsoft. With a dot in front: every host below."""
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256: private keys are smaller."""
DAY = 86_400
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NoPushService(Invalid):
    """Not an address at which one of the known push services hands out notices."""

    text = N_("This device cannot show our notices.")


class Device(msgspec.Struct, frozen=True):
    """Where a browser is reached and with which keys, as it says itself."""

    endpoint: str
    p256dh: str
    auth: str


def check_device(settings: Settings, device: Device) -> Device:
    """The device as it was given; NoPushService where its address or its keys cannot be used."""
    try:
        secret, point = _decode(device.auth), _decode(device.p256dh)
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise NoPushService from None
    if len(secret) != 16 or len(point) != 65 or not _is_known(settings, device.endpoint):
        raise NoPushService
    return device


def _is_known(settings: Settings, endpoint: str) -> bool:
    try:
        address = urlsplit(endpoint)
        host, port = address.hostname or "", address.port
    except ValueError:
        return False
    if len(endpoint) > 1000 or not endpoint.isascii() or not endpoint.isprintable() or "\\" in endpoint or "@" in address.netloc:
        return False
    if settings.push_service and endpoint.startswith(f"{settings.push_service}/"):
        return urlsplit(settings.push_service).hostname in LOOPBACK
    known = any(host.endswith(one) if one.startswith(".") else host == one for one in SERVICES)
    return known and address.scheme == "https" and port is None and address.netloc == host


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _signing_key(vault: Vault) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(vault.blind("push", "vapid"), "big") % (ORDER - 1) + 1, CURVE)


def public_key(vault: Vault) -> str:
    """The key by which browsers know whose notices they let through."""
    return _encode(_signing_key(vault).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _responsible(settings: Settings) -> str:
    """Whom a push service can write to about us; Apple refuses names that nobody can reach."""
    sender = sender_of(settings)
    if settings.secure and "." not in sender.partition("@")[2]:
        return f"https://{urlsplit(settings.url).hostname}"
    return f"mailto:{sender}"


async def send_push(settings: Settings, vault: Vault, device: Device, payload: bytes, *, urgency: Literal["low", "normal"]) -> None:
    """Hands the notice to the device's push service, in the place of an older one that still waits there; raises Undeliverable where the
    device is gone, TryLater where the service is busy, or what went wrong."""
    import httpx  # Web push and its encryption are heavy; a process that sends none does without.
    from py_vapid import Vapid02
    from pywebpush import WebPusher

    check_device(settings, device)
    address = urlsplit(device.endpoint)
    claims = {"aud": f"{address.scheme}://{address.netloc}", "sub": _responsible(settings), "exp": int(now().timestamp()) + DAY // 2}
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    body = WebPusher({"endpoint": device.endpoint, "keys": keys}).encode(payload)["body"]
    headers = {
        **Vapid02(_signing_key(vault)).sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(DAY),
        "Urgency": urgency,
        "Topic": "news",
    }
    async with httpx.AsyncClient(timeout=15, follow_redirects=False) as client:
        answer = await client.post(device.endpoint, content=body, headers=headers)
    if answer.status_code in (404, 410):
        raise Undeliverable(str(answer.status_code))
    if answer.status_code == 429 or answer.status_code >= 500:
        after = answer.headers.get("retry-after", "")
        raise TryLater(int(after) if after.isdecimal() else 0)
    answer.raise_for_status()
