"""The pages of referrals: the worker's list and steps (desk), the directory (partners), what is counted (counts), the person's own answer (own)."""

from litestar import Router

from buurtnet.referrals.pages import counts, desk, own, partners

router = Router(path="/", include_in_schema=False, route_handlers=[*desk.HANDLERS, *partners.HANDLERS, *counts.HANDLERS, *own.HANDLERS])
