"""A post told to a chat group, without a name."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from buurtnet.intake.actions.sharing import share_post
from buurtnet.intake.pages.pasting import DbIn, Sections, SettingsIn, VaultIn, ViewerIn
from buurtnet.intake.queries.fits import get_facilitated
from buurtnet.intake.queries.paper import paper_code
from buurtnet.intake.schemas import ShareForm
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people.queries import find_phone, list_places
from buurtnet.posts.pages.words import say_when_short
from buurtnet.posts.schemas import Post
from buurtnet.themes.queries import get_theme_by_slug
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import BY_CODE, LANGUAGES, _, current_language, speaking
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]


async def _share_page(
    request: Asked, post: Post, sections: Sequence[DeskSection], form: Form, *, text: str = "", language: str = "", status_code: int = 200
) -> Response[str]:
    return render(
        request,
        "intake/share.html",
        desk=sections,
        post=post,
        allowed=post.state == "open" and not post.sensitive and not post.danger,
        text=text,
        written=BY_CODE.get(language),
        screens=[(one.code, one.name) for one in LANGUAGES],
        form=form,
        status_code=status_code,
    )


@get("/desk/share/{post_id:uuid}", guards=[facilitators], include_in_schema=False)
async def show_share(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, post_id: FromPath[UUID]) -> Response[str]:
    """Whether and how this post may be told to a group."""
    post = await get_facilitated(db, viewer, post_id, language=current_language().code)
    return await _share_page(request, post, sections, Form())


@post("/desk/share/{post_id:uuid}", guards=[facilitators], include_in_schema=False, status_code=200)
async def share(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, settings: SettingsIn, sections: Sections, post_id: FromPath[UUID]
) -> Response[str]:
    """The words to send to a group; the page again where the author has to be asked first."""
    post = await get_facilitated(db, viewer, post_id, language=current_language().code)
    try:
        typed = await read_form(request, ShareForm)
        flyer = await share_post(db, viewer, post, language=typed.language, agreed=typed.agreed)
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
        return await _share_page(request, post, sections, await typed_form(request, wrong), status_code=refusal.status)
    text = await _write(db, viewer, post, typed.language, address=f"{settings.url}/f/{flyer}", code=paper_code(vault, post.id))
    return await _share_page(request, post, sections, await typed_form(request), text=text, language=typed.language)


async def _write(db: Db, viewer: Viewer, post: Post, language: str, *, address: str, code: str) -> str:
    """The message: what, where, when, and whom to tell; the words of a quiet need stay where they are."""
    theme = await get_theme_by_slug(db, post.theme_slug or "", language)
    place = (await list_places(db, [post.neighbourhood_id or 0], language)).get(post.neighbourhood_id or 0, "")
    phone = await find_phone(db, viewer)
    with speaking(language):
        head = _("Somebody in %(place)s asks: %(theme)s.") if post.kind == "need" else _("Somebody in %(place)s offers: %(theme)s.")
        when = say_when_short(post.slots, post.from_on, post.until_on)
        told = "" if post.kind == "need" and post.quiet else post.text
        call = _("Can you help? Tell us: %(address)s") if post.kind == "need" else _("Is this for you? Tell us: %(address)s")
        by_phone = _("Or call %(phone)s and say number %(code)s.", phone=phone, code=f"{code[:3]} {code[3:]}") if phone else ""
        parts = [head % {"place": place, "theme": theme.shown}, f"“{told}”" if told else "", when, call % {"address": address}, by_phone]
    return "\n".join(part for part in parts if part)


HANDLERS = (show_share, share)
