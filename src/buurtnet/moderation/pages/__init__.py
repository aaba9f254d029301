"""The pages of moderation: what anybody may say (saying), and the queues of the desk (queue)."""

from litestar import Router

from buurtnet.moderation.pages import queue, saying

router = Router(path="/", route_handlers=[*saying.HANDLERS, *queue.HANDLERS])
