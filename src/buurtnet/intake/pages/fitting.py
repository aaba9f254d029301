"""What somebody asks and offers, and who fits it, for their worker."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from buurtnet.intake.pages.pasting import DbIn, Sections, ViewerIn
from buurtnet.intake.queries.fits import get_author, get_facilitated, list_fitting, list_near, list_posts_of, list_standing
from buurtnet.kit.guards import facilitators
from buurtnet.kit.text import N_
from buurtnet.people.actions.acting import find_resident
from buurtnet.posts.pages.words import say_when
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

STATES = {
    "suggested": N_("A worker looks at it first"),
    "asked": N_("%(helper)s is asked"),
    "offered": N_("%(helper)s said yes, %(asker)s is asked"),
    "agreed": N_("Both said yes"),
}


@get("/desk/fits/{post_id:uuid}", guards=[facilitators], include_in_schema=False)
async def show_fits(
    request: Request[Any, Any, Any], db: DbIn, viewer: ViewerIn, sections: Sections, post_id: FromPath[UUID]
) -> Response[str]:
    """The posts that fit this one, and where there is none, who lives near and could be asked."""
    language = current_language().code
    post = await get_facilitated(db, viewer, post_id, language=language)
    fitting, elsewhere = await list_fitting(db, viewer, post, language=language)
    standing = await list_standing(db, viewer, post)
    return render(
        request,
        "intake/fits.html",
        desk=sections,
        post=post,
        author=await get_author(db, post),
        when=say_when(post.slots, post.from_on, post.until_on),
        fitting=fitting,
        elsewhere=elsewhere,
        standing=standing,
        states=STATES,
        near=[] if fitting or standing or post.sensitive or post.state != "open" else await list_near(db, viewer, post, language=language),
    )


@get("/desk/people/{person_id:uuid}/posts", guards=[facilitators], include_in_schema=False)
async def show_posts_of(
    request: Request[Any, Any, Any], db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]
) -> Response[str]:
    """What a person of my areas asks and offers now, each with what can be done with it."""
    person = await find_resident(db, viewer, person_id)
    posts = await list_posts_of(db, viewer, person_id, language=current_language().code)
    return render(request, "intake/posts.html", desk=sections, person=person, posts=posts)


HANDLERS = (show_fits, show_posts_of)
