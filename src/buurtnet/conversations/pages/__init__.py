"""A resident's messages."""

from litestar import Router

from buurtnet.conversations.pages.ending import confirm_report, confirm_share, report, share, stop
from buurtnet.conversations.pages.speaking import play, say, show_recorder
from buurtnet.conversations.pages.talking import send, show_conversation, show_messages, show_newer

router = Router(
    "/",
    include_in_schema=False,
    route_handlers=[
        show_messages,
        show_conversation,
        show_newer,
        send,
        show_recorder,
        say,
        play,
        confirm_share,
        share,
        confirm_report,
        report,
        stop,
    ],
)
