"""Pages of the first day, of paper and of the year."""

from litestar import Router

from buurtnet.intake.pages import checking, pasting

router = Router(path="/", route_handlers=[*pasting.HANDLERS, *checking.HANDLERS])
