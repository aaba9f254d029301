"""Which language a request is answered in: the person's choice, or what the browser asks for."""

import re

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from buurtnet.kit.viewer import VISITOR, Viewer
from buurtnet.web.language import BY_CODE, DEFAULT, Language, speak

COOKIE = "language"
A_YEAR = 31_536_000


def _preferred(header: str) -> Language | None:
    """The first language of an Accept-Language header that the screens speak, by its weights."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, rest = part.strip().partition(";")
        weight = re.search(r"q\s*=\s*(\d(?:\.\d{1,3})?)", rest)
        wishes.append((-float(weight[1]) if weight else -1.0, place, tag.strip().lower().partition("-")[0]))
    return next((BY_CODE[tag] for weight, _, tag in sorted(wishes) if weight < 0 and tag in BY_CODE), None)


def choose_language(connection: ASGIConnection) -> Language:
    """The language for this request: chosen while signed in, the person's own, chosen as a visitor, the browser's, else the default."""
    viewer = connection.scope.get("user")
    own = BY_CODE.get(viewer.language or "") if isinstance(viewer, Viewer) else None
    chosen, _, whose = connection.cookies.get(COOKIE, "").partition(".")
    chosen = BY_CODE.get(chosen)
    if own is not None and (chosen is None or whose != "mine"):
        return own
    return chosen or _preferred(connection.headers.get("accept-language", "")) or DEFAULT


def use_language(connection: ASGIConnection) -> Language:
    """Chooses the language of this request and speaks it from now on."""
    language = choose_language(connection)
    speak(language)
    return language


def language_cookie(code: str, *, viewer: Viewer = VISITOR, seconds: int | None = A_YEAR, secure: bool = False) -> Cookie:
    """The cookie that remembers a choice; it outranks the person's own language only where it was made while signed in, and until the browser
    is closed."""
    value, lasts = (f"{code}.mine", None) if viewer.known else (code, seconds)
    return Cookie(key=COOKIE, value=value, path="/", max_age=lasts, samesite="lax", httponly=True, secure=secure)


class SpeakLanguage(ASGIMiddleware):
    """Sets the language of each request; stands after authentication, because a signed-in person's own language counts."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Speaks the visitor's or the person's language in everything that follows."""
        use_language(ASGIConnection(scope))
        await next_app(scope, receive, send)
