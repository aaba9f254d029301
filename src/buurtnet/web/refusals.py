"""What a refusal or a failure looks like: problem+json (RFC 9457) for programs, a calm page for people."""

import traceback
from typing import Any
from urllib.parse import quote

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from buurtnet.kit.db import translate
from buurtnet.kit.errors import ConfirmFirst, Invalid, Refusal, TooMany
from buurtnet.kit.text import N_
from buurtnet.web.choosing import use_language
from buurtnet.web.forms import NOT_RIGHT
from buurtnet.web.language import _, ngettext
from buurtnet.web.shell import render

PROGRAM_PATHS = ("/api", "/tiles", "/health")
EITHER_PATHS = "/ogc"
"""Where programs and people ask at the same addresses: a page is only for who wants one."""
PAGE, PROBLEM = "text/html", "application/problem+json"
DIGITS, PASSKEY = "confirm_digits", "confirm_passkey"
"""The fields in which a worker's proof comes along with what they asked."""
TYPED = "typed"
"""Where a request keeps what a worker typed, to be asked for again with the proof."""
NEXT = N_("Go back and try again, or start again.")
CALL = N_("Please try again in a few minutes. If it stays like this, call your worker.")

SAYINGS: dict[int, tuple[str, str, str]] = {
    400: (N_("We did not understand this"), N_("Something in the address or in the form was not right."), NEXT),
    401: (N_("Please sign in"), N_("Please sign in first."), ""),
    403: (N_("You cannot do this"), N_("You cannot do this with your account."), N_("Do you think this is a mistake? Ask your worker.")),
    404: (
        N_("This page is not here"),
        N_("This page is not here, or it is not for you."),
        N_("Maybe it is over, or the address is not complete."),
    ),
    405: (N_("We did not understand this"), N_("Something in the address or in the form was not right."), NEXT),
    409: (N_("This has changed"), N_("This has changed in the meantime. Look at the page again."), ""),
    413: (N_("This is too much"), N_("What you sent is too big."), N_("Go back and send less.")),
    422: (N_("Not right yet"), N_("Something is missing or wrong. Look at the words in red."), N_("Go back and look at the form again.")),
    429: (N_("Please wait a little"), N_("That was too often. Please wait a little and try again."), ""),
    500: (N_("Something went wrong"), N_("It is our fault, not yours. Nothing was stored."), CALL),
    503: (N_("This does not work right now"), N_("This does not work right now. Please try again in a few minutes."), CALL),
}


class Answer:
    """What is said about a refusal, in the reader's language, before it is given a form."""

    def __init__(self, error: Exception) -> None:
        self.status = _status_of(error)
        self.heading, self.text, self.next = (_(text) for text in SAYINGS.get(self.status, SAYINGS[400 if self.status < 500 else 500]))
        self.headers: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        match error:
            case Refusal():
                self.text = _(error.text, **error.values)
            case HTTPException(headers=dict() as headers):
                self.headers = {name: value for name, value in headers.items() if name.lower() in ("allow", "retry-after")}
            case _:
                pass
        if isinstance(error, Invalid):
            said = {name: _(text, **{**error.values, **getattr(text, "values", {})}) for name, text in error.errors.items()}
            self.errors = {name: text for name, text in said.items() if name}
            self.text = said.get("", self.text)
        if isinstance(error, TooMany):
            minutes = -(-error.seconds // 60)
            self.next = ngettext("You can try again in %(num)s minute.", "You can try again in %(num)s minutes.", minutes)
            self.headers["Retry-After"] = str(error.seconds)


def _status_of(error: Exception) -> int:
    if isinstance(error, Refusal):
        return error.status
    if isinstance(error, ValidationException):
        wrong_path = any(isinstance(one, dict) and one.get("source") == "path" for one in _extra_of(error))
        return 404 if wrong_path else 400
    if _is_unreadable_body(error):
        return 400
    return error.status_code if isinstance(error, HTTPException) else 500


def _is_unreadable_body(error: Exception) -> bool:
    """Whether a JSON body is not UTF-8, or nests deeper than anybody needs: Litestar lets these errors of msgspec through."""
    if not isinstance(error, UnicodeDecodeError | RecursionError):
        return False
    return any(frame.f_code.co_name == "decode_json" for frame, _line in traceback.walk_tb(error.__traceback__))


def _extra_of(error: HTTPException) -> list[Any]:
    return error.extra if isinstance(error.extra, list) else []


def wants_problem(request: Request) -> bool:
    """Whether a program asks: by the address, or because it would rather have JSON than a page."""
    if request.scope["path"].startswith(PROGRAM_PATHS):
        return True
    if request.scope["path"].startswith(EITHER_PATHS):
        return request.accept.best_match([PROBLEM, "application/json", PAGE], PROBLEM) != PAGE
    return request.accept.best_match([PAGE, PROBLEM, "application/json"], PAGE) != PAGE


def answer_refusal(request: Request, error: Exception) -> Response[Any]:
    """The refusal or failure as this reader can use it; the handler of every exception of the application."""
    if isinstance(error, asyncpg.PostgresError):
        error = translate(error)
    if _status_of(error) >= 500 and not isinstance(error, Refusal):
        _log_failure(request, error)
    use_language(request)
    answer = Answer(error)
    if wants_problem(request):
        return _problem(answer, error)
    if answer.status == 401 and request.method == "GET" and "hx-request" not in request.headers:
        return Redirect(f"/sign-in?next={quote(request.scope['path'])}", status_code=303)
    if isinstance(error, ConfirmFirst):
        return _ask_proof(request, error, answer.text)
    return render(
        request,
        "web/refusal.html",
        status_code=answer.status,
        headers=answer.headers,
        heading=answer.heading,
        text=answer.text,
        next=answer.next,
        errors=answer.errors,
    )


def _ask_proof(request: Request, error: ConfirmFirst, text: str) -> Response[str]:
    """The form that asks a worker to show that it is them; sent, it does what was asked, with what was typed."""
    query = request.scope["query_string"].decode("ascii", "replace")
    path = request.scope["path"] + (f"?{query}" if query else "")
    typed = request.scope["state"].get(TYPED, {}) if request.method == "POST" else {"next": [path]}
    action = path if request.method == "POST" and typed else "/staff/confirm"
    wrong = text if error.status == 422 else None
    return render(request, "web/confirm.html", status_code=error.status, action=action, typed=typed, wrong=wrong)


def _problem(answer: Answer, error: Exception) -> Response[dict[str, Any]]:
    body: dict[str, Any] = {"type": "about:blank", "title": answer.heading, "status": answer.status, "detail": answer.text}
    errors = [{"field": name, "detail": text} for name, text in answer.errors.items()]
    if isinstance(error, ValidationException):
        errors += [{"field": str(one["key"]), "detail": _(NOT_RIGHT)} for one in _extra_of(error) if isinstance(one, dict) and "key" in one]
    if errors:
        body["errors"] = errors
    return Response(
        body, status_code=answer.status, media_type=PROBLEM, headers={"Vary": "Accept, Accept-Language, Cookie", **answer.headers}
    )


def _log_failure(request: Request, error: Exception) -> None:
    """Writes what failed and where, without address, query, body or the message, in which people's words may stand."""
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)][-12:]
    structlog.get_logger().error(
        "request failed", route=request.scope.get("path_template"), method=request.method, kind=type(error).__qualname__, where=where
    )
    if request.app.debug:
        traceback.print_exception(error)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {Refusal: answer_refusal, HTTPException: answer_refusal, Exception: answer_refusal}
