"""The page with the helplines; public."""

from litestar import Request, Response, get

from buurtnet.screening.queries import helplines_for
from buurtnet.web.language import current_language
from buurtnet.web.shell import render


@get("/helplines", opt={"public": True})
async def show_helplines(request: Request) -> Response[str]:
    """Who helps right now, with numbers to tap, those that speak the reader's language first."""
    return render(request, "screening/helplines.html", public=True, lines=helplines_for(language=current_language().code))


HANDLERS = (show_helplines,)
