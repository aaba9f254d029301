"""Deciding, claiming, reporting, and giving workers something to do, one noun a file."""

from buurtnet.moderation.actions.deciding import appeal_decision, claim_item, decide_match, decide_post, word_post
from buurtnet.moderation.actions.reporting import (
    appeal_report,
    close_report,
    forget_reports,
    make_report,
    open_reported,
    send_report,
    write_to_reporter,
)
from buurtnet.moderation.actions.tasks import ask_for_call, create_task, finish_task

__all__ = [
    "appeal_decision",
    "appeal_report",
    "ask_for_call",
    "claim_item",
    "close_report",
    "create_task",
    "decide_match",
    "decide_post",
    "finish_task",
    "forget_reports",
    "make_report",
    "open_reported",
    "send_report",
    "word_post",
    "write_to_reporter",
]
