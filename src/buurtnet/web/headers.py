"""What every answer says to the browser, and the check that an unsafe request comes from our own pages."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from buurtnet.kit.errors import Forbidden
from buurtnet.kit.text import N_

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "permissions-policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class FromElsewhere(Forbidden):
    """An unsafe request that another website made in the person's name."""

    text = N_("This came from another website. Open the page here and try again.")


def security_headers(*, secure: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """The hook (`before_send`) that gives every answer, refusals too, the headers it does not set itself; HSTS where people come by https."""
    wanted = {**HEADERS, "strict-transport-security": "max-age=31536000"} if secure else HEADERS

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in wanted.items():
                headers.setdefault(name, value)

    return add_headers


class RefuseForgery(ASGIMiddleware):
    """Refuses unsafe requests that another website caused; stands before authentication. `url` is where people reach the installation."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc.lower()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Passes the request on, or raises FromElsewhere."""
        if scope.get("method") not in SAFE_METHODS and not self._is_ours(Headers.from_scope(scope)):
            raise FromElsewhere
        await next_app(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        if (site := headers.get("sec-fetch-site")) is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        # Browsers too old for Sec-Fetch-Site send "null" from our own forms, because our pages send no referrer. Another website can have
        # that sent too, but then without the session cookie, which is SameSite=Lax; programs send neither header and bring no cookie.
        if origin is None or origin == "null":
            return True
        return urlsplit(origin).netloc.lower() in (self._host, headers.get("host", "").lower())
