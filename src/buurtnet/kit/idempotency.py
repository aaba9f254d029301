"""Once and only once: the key a client sends with a write, stored in the transaction of its effect (status and location, never a body).

A form carries its key in its address (`?once=`): what was typed belongs to it, so that other words from the same page, after Back, are another
thing and arrive too. A program sends `Idempotency-Key`: the same key with something else is its mistake, and refused.
"""

import hashlib
import re
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.types import Send

from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.text import N_

BEGIN = "insert into idempotency (person_id, key, request_hash) values ($1, $2, $3) on conflict (person_id, key) do nothing returning true"
FIND = "select request_hash, status, location from idempotency where person_id = $1 and key = $2"
FINISH = "update idempotency set status = $3, location = $4 where person_id = $1 and key = $2"
BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,70})')
"""Between the parts of a form with a file stand other signs each time it is sent; all else is the same bytes."""


class Key(msgspec.Struct, frozen=True):
    """The key as it is stored, and the hash of all that it was sent with."""

    text: str
    asked: bytes


class Answer(msgspec.Struct, frozen=True):
    """What the first request with this key was told."""

    request_hash: bytes
    status: int
    location: str | None


class OtherRequest(Conflict):
    """The same key was used for something else."""

    text = N_("This was already sent for something else. Open the page again.")


def read_key(request: ASGIConnection[Any, Any, Any, Any], body: bytes) -> Key | None:
    """The key that came with the request, from the form's address or the header; Invalid where it is no key."""
    once = request.query_params.get("once")
    text = once or request.headers.get("idempotency-key")
    if text is None:
        return None
    if not (8 <= len(text) <= 64 and text.isascii() and text.isprintable()):
        raise Invalid({"": N_("The idempotency key must have 8 to 64 plain characters.")})
    between = BOUNDARY.search(request.headers.get("content-type", ""))
    said = body.replace(between[1].encode(), b"") if between else body
    sent = f"{request.scope.get('method')} {request.scope['path']}\n".encode() + said
    asked = hashlib.sha256(sent).digest()
    return Key(f"{text}.{asked.hex()[:32]}" if once else text, asked)


async def begin(db: Db, person_id: UUID, key: Key) -> Answer | None:
    """Takes the key for this transaction and returns None; or, once the first holder has committed, what that one was told."""
    if await db.fetchval(BEGIN, person_id, key.text, key.asked):
        return None
    answer = await fetch_one(db, Answer, FIND, person_id, key.text)
    if answer is None or answer.request_hash != key.asked:
        raise OtherRequest
    return answer


async def finish(db: Db, person_id: UUID | None, key: Key, status: int, location: str | None) -> None:
    """Keeps what this request is told, beside its effect."""
    await db.execute(FINISH, person_id, key.text, status, location)


async def answer_again(answer: Answer, send: Send) -> None:
    """Tells the second request what the first one was told."""
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store"), (b"idempotency-replayed", b"true")]
    if answer.location:
        headers.append((b"location", answer.location.encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
