"""The draft: what somebody has said before they sign in or place it, sealed in a cookie of their own browser for an hour."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from buurtnet.kit.clock import now
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import viewer_of
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.posts.rules import clean_text, window_of
from buurtnet.posts.schemas import Draft, Kind, SayForm
from buurtnet.web.forms import Form
from buurtnet.web.language import ZONE, current_language, today

COOKIE = "draft"
LIFE = 3600
LIFE_ON_PAGE = 30 * 86_400
"""The page that shows what the other sees carries what it shows: it may wait on a phone for the connection, as long as a session lives."""
MOST_BYTES = 3_500
"""Browsers keep cookies of 4096 bytes, name and attributes included."""
PLACE = ("draft", "cookie", "draft")


def make_draft(form: SayForm, kind: Kind, theme: str | None, *, said: Draft | None, person_id: UUID | None) -> Draft:
    """The form as a draft of this moment; what was `said` before stays with it, as long as it asks or offers like then."""
    spoken = said if said is not None and said.kind == kind else None
    return Draft(
        kind=kind,
        theme=theme,
        text=clean_text(form.text),
        when=form.when,
        day=form.day if form.when == "day" else None,
        slots=form.bits,
        reach=form.reach,
        monthly=form.monthly if kind == "offer" else None,
        language=current_language().code,
        made_at=int(now().timestamp()),
        voice=spoken.voice if spoken else None,
        seconds=spoken.seconds if spoken else None,
        person_id=person_id,
    )


def seal_draft(vault: Vault, draft: Draft) -> str:
    """The draft as a word that only this installation can read."""
    return base64.urlsafe_b64encode(vault.seal(msgspec.msgpack.encode(draft), *PLACE)).decode().rstrip("=")


def draft_cookie(vault: Vault, draft: Draft, *, secure: bool) -> Cookie:
    """The cookie that holds the draft; Invalid where the words are too many for one."""
    sealed = seal_draft(vault, draft)
    if len(sealed) > MOST_BYTES:
        raise Invalid({"text": N_("This is too long. Say it in a few sentences.")})
    return Cookie(key=COOKIE, value=sealed, path="/", max_age=LIFE, samesite="lax", httponly=True, secure=secure)


def no_draft() -> Cookie:
    """The cookie that takes the draft away."""
    return Cookie(key=COOKIE, value="", path="/", max_age=0, samesite="lax", httponly=True)


def read_draft(connection: ASGIConnection, vault: Vault, *, carried: str = "") -> Draft | None:
    """The draft of this browser, or the one that the page carried; None where there is none, it is too old, somebody else said it, or it was
    not sealed here."""
    sealed = carried or connection.cookies.get(COOKIE, "")
    try:
        plain = vault.open(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), *PLACE)
        draft = msgspec.msgpack.decode(plain, type=Draft)
    except (ValueError, IndexError, msgspec.MsgspecError):
        return None
    if draft.person_id not in (None, viewer_of(connection).person_id):
        return None
    return draft if now().timestamp() - draft.made_at <= (LIFE_ON_PAGE if carried else LIFE) else None


class MomentIsOver(Invalid):
    """What was said for a day, or for the days from then, waited longer than that."""

    def __init__(self) -> None:
        super().__init__({"when": N_("The day you meant is over. Choose again when it suits.")})


def check_moment(draft: Draft) -> None:
    """Refuses a draft that waited until the days it was meant for are over; MomentIsOver."""
    said_on = min(datetime.fromtimestamp(draft.made_at, UTC).astimezone(ZONE).date(), today())
    until = window_of(draft.when, said_on, draft.day)[1]
    if until is not None and until < today():
        raise MomentIsOver


def form_of(draft: Draft) -> Form:
    """The draft as the page on which it is said shows it."""
    slots = draft.slots or 0
    return Form.filled(
        {
            "text": draft.text,
            "when": draft.when,
            "day": draft.day,
            "slots": [bit for bit in range(28) if slots >> bit & 1],
            "reach": draft.reach,
            "monthly": draft.monthly,
        }
    )
