"""The pages of matching: the questions that people are asked."""

from litestar import Router

from buurtnet.matching.pages import questions

router = Router("/", include_in_schema=False, route_handlers=[*questions.HANDLERS])
