"""What waits for a facilitator, and what became of what they decided. Limited to the viewer's areas and organisation in SQL (`seeing`)."""

from buurtnet.moderation.queries.counts import count_waiting, count_work
from buurtnet.moderation.queries.posts import find_decided, find_statement, get_place, get_waiting_post, list_past_posts, list_waiting_posts
from buurtnet.moderation.queries.reports import find_reply, find_report, find_reporter, list_open_reports, list_own_reports
from buurtnet.moderation.queries.seeing import POST_VISIBLE
from buurtnet.moderation.queries.subjects import (
    Subject,
    list_absent,
    list_asked,
    list_endangered,
    list_expiring,
    list_silent,
    list_unhappy,
    list_unreached,
)
from buurtnet.moderation.queries.tasks import list_tasks

__all__ = [
    "POST_VISIBLE",
    "Subject",
    "count_waiting",
    "count_work",
    "find_decided",
    "find_reply",
    "find_report",
    "find_reporter",
    "find_statement",
    "get_place",
    "get_waiting_post",
    "list_absent",
    "list_asked",
    "list_endangered",
    "list_expiring",
    "list_open_reports",
    "list_own_reports",
    "list_past_posts",
    "list_silent",
    "list_tasks",
    "list_unhappy",
    "list_unreached",
    "list_waiting_posts",
]
