"""The two cookies of people: the session, and the browser in which a code counts."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect

from buurtnet.kit.sessions import cookie_name
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.people.schemas import OpenedSession
from buurtnet.settings import Settings
from buurtnet.web.pages import local_path

CODE_SECONDS = 3600


def code_name(settings: Settings) -> str:
    """The name of the cookie that binds a code to a browser."""
    return "__Host-code" if settings.secure else "code"


def _cookie(settings: Settings, name: str, value: str, seconds: int | None) -> Cookie:
    return Cookie(key=name, value=value, path="/", max_age=seconds, samesite="lax", httponly=True, secure=settings.secure)


def code_cookie(settings: Settings, browser: str) -> Cookie:
    """The cookie for the browser that asked for a code."""
    return _cookie(settings, code_name(settings), browser, CODE_SECONDS)


def browser_of(request: Request[Any, Any, Any], settings: Settings) -> str | None:
    """The secret of this browser, where a code was asked in it."""
    return request.cookies.get(code_name(settings))


def network_of_request(request: Request[Any, Any, Any]) -> str:
    """The network by which this visitor is counted."""
    return network_of_visitor(request)


def session_cookies(settings: Settings, session: OpenedSession) -> list[Cookie]:
    """The cookie of a new session, and the end of the one that bound the code."""
    return [
        _cookie(settings, cookie_name(settings.secure), session.token, session.seconds),
        _cookie(settings, code_name(settings), "", 0),
    ]


def no_session(settings: Settings) -> list[Cookie]:
    """The end of both cookies, and of the words that wait to be placed: the next one on this phone does not read them."""
    return [_cookie(settings, name, "", 0) for name in (cookie_name(settings.secure), code_name(settings), "draft")]


def go_on(request: Request[Any, Any, Any], settings: Settings, session: OpenedSession, next_page: str = "") -> Redirect:
    """To where somebody was when they had to sign in: their draft, the page they wanted, or the start."""
    page = "/new/preview" if request.cookies.get("draft") else local_path(next_page or "/")
    return Redirect(page, status_code=303, cookies=session_cookies(settings, session))


def with_query(path: str, **values: str) -> str:
    """The path with those of the values that are not empty."""
    given = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
