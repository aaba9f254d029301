"""What belongs to no slice: the choice of language, the description for programs, the static files, and what a phone needs to keep the pages."""

from typing import Annotated

import msgspec
from litestar import Request, Router, post
from litestar.response import Redirect

from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import viewer_of
from buurtnet.web.choosing import language_cookie
from buurtnet.web.docs import show_docs
from buurtnet.web.forms import read_form
from buurtnet.web.installing import get_manifest, get_worker, show_offline
from buurtnet.web.language import BY_CODE
from buurtnet.web.static import get_static


class LanguageChoice(msgspec.Struct, frozen=True):
    """A language somebody chose, and the page to go back to."""

    language: str
    next: Annotated[str, msgspec.Meta(max_length=1000)] = "/"


def local_path(path: str) -> str:
    """The path if it leads to a page of this installation, else the start: nobody is sent elsewhere by a forged form."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain else "/"


@post("/language", status_code=303)
async def choose_language(request: Request) -> Redirect:
    """Remembers the language on this device and goes back to the page."""
    choice = await read_form(request, LanguageChoice)
    if choice.language not in BY_CODE:
        raise Invalid
    cookie = language_cookie(choice.language, viewer=viewer_of(request), secure=request.app.state.settings.secure)
    return Redirect(local_path(choice.next), status_code=303, cookies=[cookie])


router = Router(
    "/", include_in_schema=False, route_handlers=[choose_language, show_docs, get_static, get_worker, get_manifest, show_offline]
)
