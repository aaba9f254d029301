"""What waits for a facilitator, and what became of what they decided. Limited to the viewer's areas and organisation in SQL (`seeing`)."""

from buurtnet.moderation.queries.history import list_comparable, list_earlier_decisions, list_other_reports
from buurtnet.moderation.queries.matches import list_waiting_matches
from buurtnet.moderation.queries.posts import find_decided, get_place, get_waiting_post, list_past_posts, list_waiting_posts
from buurtnet.moderation.queries.reports import (
    find_reply,
    find_report,
    find_reporter,
    get_report_open,
    list_open_reports,
    list_own_reports,
)
from buurtnet.moderation.queries.seeing import POST_VISIBLE
from buurtnet.moderation.queries.subjects import (
    Subject,
    list_absent,
    list_asked,
    list_displaced,
    list_endangered,
    list_expiring,
    list_silent,
    list_unhappy,
    list_unreached,
)
from buurtnet.moderation.queries.tasks import find_ended, find_logged, find_task, list_tasks
from buurtnet.moderation.queries.waiting import WAITS_POST, find_undoable, find_verdict, list_areas

__all__ = [
    "POST_VISIBLE",
    "WAITS_POST",
    "Subject",
    "find_decided",
    "find_ended",
    "find_logged",
    "find_reply",
    "find_report",
    "find_reporter",
    "find_task",
    "find_undoable",
    "find_verdict",
    "get_place",
    "get_report_open",
    "get_waiting_post",
    "list_absent",
    "list_areas",
    "list_asked",
    "list_comparable",
    "list_displaced",
    "list_earlier_decisions",
    "list_endangered",
    "list_expiring",
    "list_open_reports",
    "list_other_reports",
    "list_own_reports",
    "list_past_posts",
    "list_silent",
    "list_tasks",
    "list_unhappy",
    "list_unreached",
    "list_waiting_matches",
    "list_waiting_posts",
]
