"""The local inbox: where codes and notices go while no mail and no SMS are set, and how the people of the sample sign in. Only this machine
reads it."""

import ipaddress
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from buurtnet.kit.errors import NotFound
from buurtnet.kit.mail import Letter, read_inbox
from buurtnet.kit.text import N_
from buurtnet.local.entrances import read_entrances
from buurtnet.settings import Settings
from buurtnet.web.shell import render

PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers of a proxy: who it asks for is not on this machine, whatever the address says."""


def _read(request: Request[Any, Any, Any], settings: Settings) -> list[Letter]:
    client = request.client.host if request.client else ""
    passed_on = any(name in request.headers for name in PASSED_ON)
    if settings.inbox is None or passed_on or not _on_loopback(client) or not _on_loopback(request.url.hostname or ""):
        raise NotFound
    return read_inbox(settings.inbox)


ROLES = {
    "facilitator": N_("facilitator"),
    "coordinator": N_("coordinator"),
    "mapper": N_("mapper"),
    "operator": N_("operator"),
    "resident": N_("resident"),
}
ABOUT = {
    "asked": N_("A neighbour asks for their help."),
    "offered": N_("A neighbour can help them."),
    "agreed": N_("Both said yes, and they write to each other."),
    "refused": N_("Their message was not placed."),
    "changes": N_("A worker asked for other words."),
}
"""What there is to see for somebody of the sample."""


def _on_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@get("/inbox", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def show_inbox(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Response[str]:
    """Who can sign in, and what was sent lately, newest first."""
    letters = _read(request, settings)
    return render(request, "local/inbox.html", letters=letters, people=read_entrances(settings), roles=ROLES, about=ABOUT)


@get("/inbox.json", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def list_inbox(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> list[Letter]:
    """The same for programs."""
    return _read(request, settings)


router = Router(path="/", route_handlers=[show_inbox, list_inbox])
