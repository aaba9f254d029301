"""The cookies of people: the session, whose it was, the browser in which a code counts, and the flyer by which somebody came."""

import base64
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.response import Redirect

from buurtnet.kit.sessions import cookie_name
from buurtnet.kit.vault import Vault
from buurtnet.people.schemas import OpenedSession
from buurtnet.settings import Settings
from buurtnet.web.choosing import language_cookie
from buurtnet.web.language import current_language
from buurtnet.web.pages import local_path

CODE_SECONDS = 3600
PASSKEY_SECONDS = 300
FLYER, FLYER_SECONDS = "flyer", 86_400
A_DAY = 86_400
PLACE = ("mine", "cookie", "mine")


def code_name(settings: Settings) -> str:
    """The name of the cookie that binds a code to a browser."""
    return "__Host-code" if settings.secure else "code"


def passkey_name(settings: Settings) -> str:
    """The name of the cookie that binds a passkey's challenge to a browser."""
    return "__Host-passkey" if settings.secure else "passkey"


def mine_name(settings: Settings) -> str:
    """The name of the cookie that says whose session it was, after it has ended."""
    return "__Host-mine" if settings.secure else "mine"


def _cookie(settings: Settings, name: str, value: str, seconds: int | None) -> Cookie:
    return Cookie(key=name, value=value, path="/", max_age=seconds, samesite="lax", httponly=True, secure=settings.secure)


def code_cookie(settings: Settings, browser: str) -> Cookie:
    """The cookie for the browser that asked for a code."""
    return _cookie(settings, code_name(settings), browser, CODE_SECONDS)


def passkey_cookie(settings: Settings, sealed: str) -> Cookie:
    """The cookie for the browser whose device is asked to sign; it ends with the challenge."""
    return _cookie(settings, passkey_name(settings), sealed, PASSKEY_SECONDS)


def passkey_cookie_of(request: Request[Any, Any, Any], settings: Settings) -> str | None:
    """The sealed challenge of this browser."""
    return request.cookies.get(passkey_name(settings))


def flyer_cookie(settings: Settings, code: str) -> Cookie:
    """The cookie that remembers for a day by which flyer somebody came; nothing in it is about them."""
    return _cookie(settings, FLYER, code, FLYER_SECONDS)


def browser_of(request: Request[Any, Any, Any], settings: Settings) -> str | None:
    """The secret of this browser, where a code was asked in it."""
    return request.cookies.get(code_name(settings))


def session_cookies(settings: Settings, session: OpenedSession) -> list[Cookie]:
    """The cookie of a new session, and the end of the ones that bound the code and brought the flyer."""
    return [
        _cookie(settings, cookie_name(settings.secure), session.token, session.seconds),
        _cookie(settings, code_name(settings), "", 0),
        _cookie(settings, FLYER, "", 0),
    ]


def own_language(settings: Settings, session: OpenedSession) -> list[Cookie]:
    """The cookie that speaks the person's language where nobody is looked for, as at an address that does not exist; none where the browser is
    answered in it anyway."""
    if session.language == current_language().code:
        return []
    return [language_cookie(session.language, seconds=session.seconds, secure=settings.secure)]


def mine_cookie(settings: Settings, vault: Vault, session: OpenedSession) -> Cookie:
    """Whose session this is, sealed, for as long as the session and a day: it proves nothing, it says for whom words are kept."""
    value = base64.urlsafe_b64encode(vault.seal(session.person_id.bytes, *PLACE)).decode().rstrip("=")
    return _cookie(settings, mine_name(settings), value, None if session.seconds is None else session.seconds + A_DAY)


def last_person(connection: ASGIConnection[Any, Any, Any, Any], vault: Vault, settings: Settings) -> UUID | None:
    """Who was signed in last in this browser and did not sign out; None where that is not known, or was not sealed here."""
    sealed = connection.cookies.get(mine_name(settings), "")
    try:
        return UUID(bytes=vault.open(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), *PLACE))
    except (ValueError, IndexError):
        return None


def no_session(settings: Settings) -> list[Cookie]:
    """The end of all of them, and of the words that wait to be placed: the next one on this phone does not read them."""
    names = (cookie_name(settings.secure), mine_name(settings), code_name(settings), "draft", FLYER)
    return [_cookie(settings, name, "", 0) for name in names]


def go_on(request: Request[Any, Any, Any], settings: Settings, session: OpenedSession, next_page: str = "") -> Redirect:
    """To where somebody was when they had to sign in: the page they wanted, their draft, or the start."""
    page = local_path(next_page or ("/new/preview" if request.cookies.get("draft") else "/"))
    mine = mine_cookie(settings, request.app.state.vault, session)
    return Redirect(page, status_code=303, cookies=[*session_cookies(settings, session), mine, *own_language(settings, session)])


def with_query(path: str, **values: str) -> str:
    """The path with those of the values that are not empty."""
    given = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
