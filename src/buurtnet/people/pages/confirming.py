"""Showing again that it is you, on the way to what asks for it: the proof comes along with the deed, and is taken before it.

A handler or action that needs it calls `require_confirmed`. The answer is a form that holds what was typed and asks for the proof; sent, it does
what was asked, in one request. So nothing typed is lost, and it works without a script.
"""

from typing import Any

import msgspec
from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send

from buurtnet.kit.clock import now
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import viewer_of, working
from buurtnet.kit.viewer import Viewer, require_confirmed
from buurtnet.people.actions.confirming import confirm_worker
from buurtnet.people.pages.cookies import passkey_cookie_of
from buurtnet.people.rules.staff import relying_party
from buurtnet.web.forms import parse_fields, read_form
from buurtnet.web.pages import local_path
from buurtnet.web.refusals import DIGITS, PASSKEY, TYPED

Asked = Request[Any, Any, Any]


class ConfirmAgain(ASGIMiddleware):
    """Takes a worker's proof out of the form in which it came, before the handler; keeps what was typed at hand where it is asked for."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Passes the request on, its viewer confirmed where the proof is right; ProofIsWrong."""
        request = Asked(scope, receive)
        viewer = viewer_of(request)
        form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        if request.method == "POST" and form and viewer.working:
            await _take_proof(request, viewer)
        await next_app(scope, receive, send)


async def _take_proof(request: Asked, viewer: Viewer) -> None:
    try:
        typed = parse_fields(await request.body())
    except Invalid:
        return
    request.scope["state"][TYPED] = {name: values for name, values in typed.items() if name not in (DIGITS, PASSKEY)}
    digits, passkey = (typed.get(name, [""])[-1] for name in (DIGITS, PASSKEY))
    if not digits and not passkey:
        return
    state: State = request.app.state
    at, party, cookie = now(), relying_party(state.settings.url), passkey_cookie_of(request, state.settings)
    # Apart: that the proof was used stands, whatever becomes of the deed.
    async with state.database.transaction() as apart:
        await confirm_worker(apart, state.vault, state.limits, viewer, party, digits=digits, passkey=passkey, cookie=cookie, at=at)
    request.scope["user"] = msgspec.structs.replace(viewer, confirmed_at=at)


class NextForm(msgspec.Struct, frozen=True):
    """The page that waits."""

    next: str = "/desk"


@post("/staff/confirm", guards=[working], include_in_schema=False)
async def confirm(request: Asked, viewer: NamedDependency[Viewer]) -> Redirect:
    """Goes on to the page that waits; the proof was taken on the way here."""
    require_confirmed(viewer, now())
    return Redirect(local_path((await read_form(request, NextForm)).next), status_code=303)


HANDLERS = (confirm,)
