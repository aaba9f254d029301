"""The pages of moderation: what anybody may say (saying), the queues of the desk (queue), and what was said there instead of typed (listening)."""

from litestar import Router

from buurtnet.moderation.pages import listening, queue, saying

router = Router(path="/", route_handlers=[*saying.HANDLERS, *queue.HANDLERS, *listening.HANDLERS])
