"""Pure decisions about workers: what a coordinator may set, and for which address a passkey counts."""

import hashlib
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Role

GIVEN_ROLES: tuple[Role, ...] = ("facilitator", "coordinator", "mapper")
"""What a coordinator makes of somebody. The operator is appointed by a command on the server."""
LONGEST_BASIS = 120
LOOPBACK = ("127.0.0.1", "::1")


class RelyingParty(msgspec.Struct, frozen=True):
    """For which host a passkey counts, and the one address from which it is used."""

    host: str
    origin: str


def relying_party(url: str) -> RelyingParty:
    """Whose passkeys they are by the installation's own address. A number is no host for a passkey: on this machine it is localhost."""
    parts = urlsplit(url)
    host = "localhost" if parts.hostname in LOOPBACK else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def find_named(url: str, host: str | None) -> str | None:
    """The address at which passkeys work, for who opened the page on this machine by a number; None where they work already."""
    return relying_party(url).origin if host in LOOPBACK and urlsplit(url).hostname in (*LOOPBACK, "localhost") else None


def check_roles(roles: Collection[Role]) -> list[Role]:
    """The roles in the order in which they are shown; Invalid where one is not a coordinator's to give."""
    if not set(roles) <= set(GIVEN_ROLES):
        raise Invalid({"roles": N_("Choose roles from the list.")})
    return [role for role in GIVEN_ROLES if role in roles]


def clean_basis(typed: str) -> str | None:
    """The basis for professional secrecy on one line; None where there is none. Invalid where it is longer than a reference needs to be."""
    text = " ".join(typed.split())
    if len(text) > LONGEST_BASIS:
        raise Invalid({"secrecy": N_("Name the law or the contract in a few words.")})
    return text or None


def split_areas(own: Collection[int], backup: Collection[int], served: Collection[int]) -> list[tuple[int, bool]]:
    """Each neighbourhood once, with whether the worker only stands in there; Invalid for one that the organisation does not serve."""
    if not {*own, *backup} <= set(served):
        raise Invalid({"own": N_("Choose neighbourhoods from the list.")})
    return [(place, place not in own) for place in sorted({*own, *backup})]


def mark_of(*stood: object) -> str:
    """A short mark that differs where any of these does."""
    return hashlib.sha256(repr(stood).encode()).hexdigest()[:16]
