"""The pages of matching: the questions that people are asked; at the desk, the needs that wait, the rounds
that look for matches, and what counts."""

from litestar import Router

from buurtnet.matching.pages import questions, rounds, unmatched, weights

router = Router(
    "/", include_in_schema=False, route_handlers=[*questions.HANDLERS, *rounds.HANDLERS, *unmatched.HANDLERS, *weights.HANDLERS]
)
