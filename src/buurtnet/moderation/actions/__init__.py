"""Claiming, deciding, undoing and carrying out, reporting, and giving workers something to do, one noun a file."""

from buurtnet.moderation.actions.answering import answer_appeal, answer_words, appeal_decision
from buurtnet.moderation.actions.carrying import carry_out
from buurtnet.moderation.actions.claiming import claim_item, release_item
from buurtnet.moderation.actions.deciding import decide_match, decide_post, word_post
from buurtnet.moderation.actions.many import decide_many
from buurtnet.moderation.actions.reporting import (
    appeal_report,
    close_report,
    forget_reports,
    make_report,
    open_reported,
    send_report,
    write_to_reporter,
)
from buurtnet.moderation.actions.tasks import (
    ask_for_call,
    close_moot,
    create_task,
    finish_task,
    forget_tasks,
    open_number,
    plan_next,
    plan_return,
    plan_talk,
    undo_task,
)
from buurtnet.moderation.actions.undoing import hasten, undo

__all__ = [
    "answer_appeal",
    "answer_words",
    "appeal_decision",
    "appeal_report",
    "ask_for_call",
    "carry_out",
    "claim_item",
    "close_moot",
    "close_report",
    "create_task",
    "decide_many",
    "decide_match",
    "decide_post",
    "finish_task",
    "forget_reports",
    "forget_tasks",
    "hasten",
    "make_report",
    "open_number",
    "open_reported",
    "plan_next",
    "plan_return",
    "plan_talk",
    "release_item",
    "send_report",
    "undo",
    "undo_task",
    "word_post",
    "write_to_reporter",
]
