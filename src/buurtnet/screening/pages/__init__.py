"""The pages of screening: the helplines. Its rules are set at the desk, in moderation, where past posts can be read; their words are here."""

from litestar import Router

from buurtnet.screening.pages import helplines

router = Router("/", include_in_schema=False, route_handlers=[*helplines.HANDLERS])
