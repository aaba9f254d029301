"""What moderation announces. Ids only."""

from uuid import UUID

import msgspec


class ReportMade(msgspec.Struct, frozen=True):
    """Somebody said that something is wrong and left an address; they are to be told that it came."""

    report_id: UUID


class ReportClosed(msgspec.Struct, frozen=True):
    """A worker decided about a report; who made it is to be told."""

    report_id: UUID
    decision_id: UUID


class DecisionDue(msgspec.Struct, frozen=True):
    """The seconds are over in which a verdict can be taken back: it takes effect. Recorded ahead."""

    decision_id: UUID


class Decided(msgspec.Struct, frozen=True):
    """What a worker decided about somebody's post took effect; the author is to be told."""

    decision_id: UUID
