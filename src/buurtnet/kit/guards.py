"""Who may reach a route at all. Guards look at roles only; what may be seen is decided in SQL.

They are coroutines that never wait: a plain function Litestar would send to a thread and wait for, with each request.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from buurtnet.kit.errors import NotFound, SignInFirst
from buurtnet.kit.viewer import VISITOR, Role, Viewer


def viewer_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer:
    """The viewer of a request; a visitor where nobody was looked for or nobody could be found."""
    return connection.scope.get("user") or VISITOR


async def residents(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """For residents, and facilitators who act on behalf of one; staff pages are elsewhere."""
    viewer = viewer_of(connection)
    if not viewer.known:
        raise SignInFirst
    if not viewer.resident:
        raise NotFound


async def known(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """For anybody who is signed in."""
    if not viewer_of(connection).known:
        raise SignInFirst


async def working(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """For workers, also while they act for somebody."""
    viewer = viewer_of(connection)
    if not viewer.known:
        raise SignInFirst
    if not viewer.working:
        raise NotFound


def _roles(*roles: Role):
    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        viewer = viewer_of(connection)
        if not viewer.known:
            raise SignInFirst
        if not viewer.staff or not set(roles) & set(viewer.roles):
            raise NotFound

    return guard


facilitators = _roles("facilitator")
coordinators = _roles("coordinator")
responsible = _roles("facilitator", "coordinator")
mappers = _roles("facilitator", "mapper")
staff = _roles("facilitator", "coordinator", "mapper", "operator")
