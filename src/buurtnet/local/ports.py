"""Which port the web server takes."""

import socket

from buurtnet.local.refusals import Refused

FIRST = 8000
HOW_MANY = 100


def hold_port(given: int | None) -> socket.socket:
    """An open socket for the web server, on the given port or the first free one from 8000; refuses if it is taken."""
    if given is not None:
        if (held := _hold(given)) is None:
            raise Refused(f"Port {given} is taken; choose another one with --port, or leave --port out.")
        return held
    for port in range(FIRST, FIRST + HOW_MANY):
        if (held := _hold(port)) is not None:
            return held
    raise Refused(f"All ports from {FIRST} to {FIRST + HOW_MANY - 1} are taken; choose another one with --port.")


def _hold(port: int) -> socket.socket | None:
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind(("127.0.0.1", port))
        held.listen()
    except OSError:
        held.close()
        return None
    return held
