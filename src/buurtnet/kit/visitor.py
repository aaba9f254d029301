"""By which network a visitor is counted."""

import ipaddress
from typing import Any

from litestar.connection import ASGIConnection


def network_of_visitor(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The network by which the visitor of a request is counted; behind a proxy of this installation the one that the proxy names last."""
    address = connection.client.host if connection.client else ""
    if _is_within(address, connection.app.state.settings.proxies):
        address = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or address
    return network_of(address)


def _is_within(address: str, networks: str) -> bool:
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(one.strip()) for one in networks.split(",") if one.strip())
    except ValueError:
        return False


def network_of(address: str) -> str:
    """The address by which a visitor is counted: IPv4 whole, IPv6 by its /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
