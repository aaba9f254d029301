"""The pages of referrals: where one begins (beginning), the worker's list and steps (desk), the directory (partners), what is counted (counts), the
person's own answer (own)."""

from litestar import Router

from buurtnet.referrals.pages import beginning, counts, desk, own, partners

router = Router(
    path="/",
    include_in_schema=False,
    route_handlers=[*beginning.HANDLERS, *desk.HANDLERS, *partners.HANDLERS, *counts.HANDLERS, *own.HANDLERS],
)
