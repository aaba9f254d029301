"""What was typed is not lost when the session ended meanwhile: kept for the same person, shown to them once they have signed in again.

A handler that names its typed fields, `opt={"typed": ("text",)}`, is covered. Whose words they are says the cookie `mine`, which is sealed
and proves nothing else: with it nobody signs in and nobody reads. A program, the queue of the client too, keeps its words itself.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, TooMany
from buurtnet.kit.guards import residents, viewer_of
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.keeping import Words, forget_kept, keep_words, list_kept
from buurtnet.people.pages.cookies import last_person
from buurtnet.web.forms import parse_fields, read_form
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
HOURLY = {"most": 12, "seconds": 3600}
LONGEST_PATH = 500
WAY_BACK = "/sign-in?next=/kept"


class ForgetForm(msgspec.Struct, frozen=True):
    """Which of the kept words may go."""

    kept: UUID


class KeepWords(ASGIMiddleware):
    """Keeps what a resident typed where nobody is signed in any more, and forgets it in the transaction in which it is sent again."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Passes the request on; or answers it with the way to sign in."""
        typed = scope["route_handler"].opt.get("typed")
        request = Asked(scope, receive)
        if not typed or request.method != "POST":
            await next_app(scope, receive, send)
        elif (viewer := viewer_of(request)).known:
            await _forget_sent(request, viewer)
            await next_app(scope, receive, send)
        elif _is_program(request):
            await next_app(scope, receive, send)
        else:
            answer = await _answer_signed_out(request, typed)
            await answer.to_asgi_response(app=None, request=request)(scope, receive, send)


def _is_program(request: Asked) -> bool:
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return not form or any(name in request.headers for name in ("idempotency-key", "hx-request", "queued"))


async def _forget_sent(request: Asked, viewer: Viewer) -> None:
    """The words come again in this request: a refusal rolls the forgetting back."""
    try:
        kept_id = UUID(request.query_params.get("kept", ""))
    except ValueError:
        return
    await forget_kept(request.scope["state"]["db"], viewer, kept_id)


async def _answer_signed_out(request: Asked, typed: tuple[str, ...]) -> Response[Any]:
    """The way to sign in, the words kept; where it is not known whose they are, the words to take along."""
    try:
        fields = [(name, value) for name, values in parse_fields(await request.body()).items() for value in values]
    except Invalid:
        fields = []
    said = [value for name, value in fields if name in typed and value]
    if said and await _keep(request, fields, typed):
        return Redirect(WAY_BACK, status_code=303)
    return render(request, "people/unsent.html", said=said, status_code=401)


async def _keep(request: Asked, fields: list[tuple[str, str]], typed: tuple[str, ...]) -> bool:
    state: State = request.app.state
    person_id = last_person(request, state.vault, state.settings)
    query = request.scope["query_string"].decode("ascii", "replace")
    path = f"{request.scope['path']}?{query}"
    if person_id is None or len(path) > LONGEST_PATH:
        return False
    try:
        await state.limits.spend("kept", str(person_id), **HOURLY)
    except TooMany:
        return False
    return await keep_words(request.scope["state"]["db"], state.vault, Words(person_id, path, fields, list(typed)), at=now())


@get("/kept", guards=[residents], include_in_schema=False)
async def show_kept(
    request: Asked, db: NamedDependency[Db], viewer: NamedDependency[Viewer], vault: NamedDependency[Vault]
) -> Response[Any]:
    """What I was writing when my session ended, to be sent now or thrown away."""
    kept = await list_kept(db, vault, viewer, at=now())
    return render(request, "people/kept.html", kept=kept) if kept else Redirect("/", status_code=303)


@post("/kept/forget", guards=[residents], include_in_schema=False)
async def throw_away(request: Asked, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """Throws my kept words away."""
    await forget_kept(db, viewer, (await read_form(request, ForgetForm)).kept)
    return Redirect("/kept", status_code=303)


HANDLERS = (show_kept, throw_away)
