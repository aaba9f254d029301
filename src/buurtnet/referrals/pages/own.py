"""What the person says to a referral: yes, no, or a yes taken back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.referrals.actions import answer_referral
from buurtnet.referrals.queries import get_own_referral, read_words
from buurtnet.referrals.schemas import Answer
from buurtnet.web.forms import read_form
from buurtnet.web.language import today
from buurtnet.web.shell import render


@get("/referrals/{referral_id:uuid}", guards=[residents])
async def show_own(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    referral_id: FromPath[UUID],
) -> Response[str]:
    """Who could help me, what they would be told, and my yes or no."""
    referral = await get_own_referral(db, viewer, referral_id)
    return render(request, "referrals/own.html", tab="home", referral=referral, words=await read_words(db, vault, referral_id))


@post("/referrals/{referral_id:uuid}", guards=[residents])
async def answer(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], referral_id: FromPath[UUID]
) -> Redirect:
    """Keeps my answer."""
    said = await read_form(request, Answer)
    await answer_referral(db, viewer, referral_id, yes=said.answer == "yes", at=now(), on=today())
    return Redirect(f"/referrals/{referral_id}", status_code=303)


HANDLERS = (show_own, answer)
