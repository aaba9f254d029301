"""The local inbox: where codes and notices go while no mail and no SMS are set. Only this machine reads it."""

import ipaddress
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from buurtnet.kit.errors import NotFound
from buurtnet.kit.mail import Letter, read_inbox
from buurtnet.settings import Settings
from buurtnet.web.shell import render


def _read(request: Request[Any, Any, Any], settings: Settings) -> list[Letter]:
    client = request.client.host if request.client else ""
    if settings.inbox is None or not _on_loopback(client) or not _on_loopback(request.url.hostname or ""):
        raise NotFound
    return read_inbox(settings.inbox)


def _on_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@get("/inbox", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def show_inbox(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Response[str]:
    """What was sent lately, newest first."""
    return render(request, "local/inbox.html", letters=_read(request, settings))


@get("/inbox.json", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def list_inbox(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> list[Letter]:
    """The same for programs."""
    return _read(request, settings)


router = Router(path="/", route_handlers=[show_inbox, list_inbox])
