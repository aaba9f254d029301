"""What workers have to do, and how much waits."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

Outcome = Literal["called", "no_answer", "went_by", "agreed", "done"]
When = Literal["tomorrow", "days", "week", "weeks"]


class TaskDone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a task went, as it is sent."""

    outcome: Outcome


class NextStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a worker comes back to somebody, as it is sent."""

    when: When
    person_id: UUID | None = None
    """Whom, where it does not follow from a task."""


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """That a worker tried, and how it went."""

    at: datetime
    outcome: Outcome
    by: str | None


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do for somebody."""

    id: UUID
    kind: str
    person_id: UUID | None
    name: str | None
    neighbourhood: str | None
    object_kind: str | None
    object_id: UUID | None
    urgent: bool
    due_on: date
    created_at: datetime
    about: str | None
    """The words of the post it is about."""
    language: str | None
    managed: bool
    """Whether the viewer looks after the person."""
    tries: list[Try]


class LoggedTask(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker noted last about a task, which they may take back for some minutes."""

    id: UUID
    kind: str
    person_id: UUID | None
    name: str | None
    outcome: Outcome
    due_on: date
    done: bool
