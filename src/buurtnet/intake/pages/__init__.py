"""Pages of the first day, of paper and of the year."""

from litestar import Router

from buurtnet.intake.pages import checking, figures, fitting, paper, pasting, sharing

router = Router(
    path="/",
    route_handlers=[
        *pasting.HANDLERS,
        *checking.HANDLERS,
        *fitting.HANDLERS,
        *sharing.HANDLERS,
        *paper.HANDLERS,
        *figures.HANDLERS,
    ],
)
