"""The same verdict on several items: tried first, then given, each by itself, so that one that is refused stops no other."""

from uuid import UUID

from buurtnet.kit.db import Db, savepoint
from buurtnet.kit.errors import Invalid, Refusal
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import schemas as matching
from buurtnet.moderation.actions.deciding import decide_match, decide_post
from buurtnet.moderation.actions.reporting import close_report
from buurtnet.moderation.rules import CHOOSE_WHAT
from buurtnet.moderation.schemas import Bulk, BulkResult, MatchDecision, PostDecision, ReportDecision, Verdict


async def decide_many(db: Db, viewer: Viewer, bulk: Bulk) -> tuple[UUID, list[BulkResult]]:
    """Gives the verdict on each item, or only tries it (`step`), and says what became of each; the id is of what can be undone together."""
    batch, results = new_id(), list[BulkResult]()
    for item in dict.fromkeys(bulk.item):
        name, _dot, version = item.partition(".")
        one = BulkResult(id=UUID(name), version=int(version) if version else None, refused=None)
        try:
            async with savepoint(db, keep=bulk.step == "do"):
                await _decide(db, viewer, bulk, one, batch)
        except Refusal as refusal:
            one = BulkResult(id=one.id, version=one.version, refused=refusal)
        results.append(one)
    return batch, results


async def _decide(db: Db, viewer: Viewer, bulk: Bulk, one: BulkResult, batch: UUID) -> None:
    verdict, _colon, reason = bulk.what.partition(":")
    match bulk.kind, verdict:
        case "post", ("approved" | "refused"):
            decision = PostDecision(verdict=Verdict(verdict), reason=reason or None, version=one.version)
            await decide_post(db, viewer, one.id, decision, batch=batch)
        case "match", "approved":
            await decide_match(db, viewer, one.id, MatchDecision(verdict=matching.Verdict.CONFIRM), batch=batch)
        case "match", "rejected" if reason in list(matching.RejectReason):
            rejection = MatchDecision(verdict=matching.Verdict.REJECT, reason=matching.RejectReason(reason))
            await decide_match(db, viewer, one.id, rejection, batch=batch)
        case "report", "closed":
            await close_report(db, viewer, one.id, ReportDecision(outcome=reason), batch=batch)
        case _:
            raise Invalid({"what": CHOOSE_WHAT})
