"""The pages of posts: step by step to a new one, one's own, and those nearby."""

from litestar import Router

from buurtnet.posts.pages.own import ask_again, change, renew, show_change, show_own, withdraw
from buurtnet.posts.pages.placing import place, place_whole, show_whole
from buurtnet.posts.pages.reading import show_near, show_post
from buurtnet.posts.pages.speaking import drop, play, play_draft, say, show_recorder
from buurtnet.posts.pages.wizard import keep_draft, show_doors, show_preview, show_say, show_themes

router = Router(
    "/",
    include_in_schema=False,
    route_handlers=[
        show_doors,
        show_themes,
        show_whole,
        place_whole,
        show_say,
        keep_draft,
        show_recorder,
        say,
        play_draft,
        drop,
        play,
        show_preview,
        place,
        show_own,
        show_near,
        show_post,
        show_change,
        change,
        withdraw,
        renew,
        ask_again,
    ],
)
