"""What a phone may keep of what somebody sees: copies and a queue bound to an opaque mark of the person, or nothing at all."""

from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from buurtnet.kit.errors import SignInFirst, TooMany
from buurtnet.kit.guards import viewer_of
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer

HEADER = "Kept-For"
WORK = "work-"
"""Begins the mark of a facilitator: of the desk the phone keeps one blank page, and lets what they write on the street wait."""
NOBODY, NEVER = "nobody", "never"
"""Nobody is signed in: copies go, what waits to be sent stays for its sender. Never: everything goes, and the worker with it."""
ENDS_HERE = {"Clear-Site-Data": '"cache", "storage"'}
"""The answer that ends a session. Not "cookies": that reaches every host of the same registrable domain; ours are ended by name."""


def mark_of(viewer: Viewer, vault: Vault) -> str:
    """The opaque mark under which this phone may keep the viewer's pages and what waits to be sent; NOBODY for a visitor; NEVER for who
    shares the phone and for workers who go to nobody's door; empty where a worker acts for somebody: nothing is kept then, and nothing wiped."""
    if viewer.person_id is None:
        return NOBODY
    if viewer.actor_id != viewer.person_id:
        return ""
    if viewer.staff:
        visits = "facilitator" in viewer.roles and not viewer.discreet
        return WORK + vault.blind("kept on the phone", str(viewer.person_id)).hex()[:32] if visits else NEVER
    if viewer.discreet or not viewer.lasting:
        return NEVER
    return vault.blind("kept on the phone", str(viewer.person_id)).hex()[:32]


def kept_for(connection: ASGIConnection) -> str:
    """The mark for who asks; empty where nobody was looked for, so that nothing follows from it."""
    vault = connection.app.state.get("vault")
    return mark_of(viewer_of(connection), vault) if vault is not None and connection.scope.get("user") is not None else ""


class SendOwnOnly(ASGIMiddleware):
    """Refuses what waited on a phone for one person and comes in the session of another, with SignInFirst; stands after authentication."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Passes the request on."""
        mark = Headers.from_scope(scope).get(HEADER)
        connection = ASGIConnection(scope)
        if mark is not None and mark != kept_for(connection):
            if mark.startswith(WORK) and viewer_of(connection).working:
                raise TooMany  # The worker acts for somebody; it is sent once they are at their desk again.
            raise SignInFirst
        await next_app(scope, receive, send)
