"""Once and only once: the key a client sends with a write, stored in the transaction of its effect (status and location, never a body)."""

import hashlib
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


class Answer(msgspec.Struct, frozen=True):
    """What the first request with this key was told."""

    request_hash: bytes
    status: int
    location: str | None


class OtherRequest(Conflict):
    """The same key was used for something else."""

    text = N_("This was already sent for something else. Open the page again.")


def read_key(request: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The key that came with the request, from the header or the form's address."""
    key = request.headers.get("idempotency-key") or request.query_params.get("once")
    if key is not None and not (8 <= len(key) <= 64 and key.isascii() and key.isprintable()):
        raise Invalid({"": N_("The idempotency key must have 8 to 64 plain characters.")})
    return key


async def begin(db: Db, person_id: UUID, key: str, request: ASGIConnection[Any, Any, Any, Any]) -> Answer | None:
    """Takes the key for this transaction and returns None; or, once the first holder has committed, what that one was told."""
    asked = hashlib.sha256(f"{request.scope.get('method')} {request.scope['path']}".encode()).digest()
    if await db.fetchval(BEGIN, person_id, key, asked):
        return None
    answer = await fetch_one(db, Answer, FIND, person_id, key)
    if answer is None or answer.request_hash != asked:
        raise OtherRequest
    return answer


async def finish(db: Db, person_id: UUID | None, key: str, status: int, location: str | None) -> None:
    """Keeps what this request is told, beside its effect."""
    await db.execute(FINISH, person_id, key, status, location)


async def answer_again(answer: Answer, send: Send) -> None:
    """Tells the second request what the first one was told."""
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store"), (b"idempotency-replayed", b"true")]
    if answer.location:
        headers.append((b"location", answer.location.encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
