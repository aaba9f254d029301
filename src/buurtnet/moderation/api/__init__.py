"""The desk for programs: the queue and what was decided in it, verdicts on people, the rules by which texts are read."""

from litestar import Router

from buurtnet.moderation.api import persons, queues, rules

api = Router(path="/api/v1", tags=["Desk"], route_handlers=[*queues.HANDLERS, *persons.HANDLERS, *rules.HANDLERS])
