"""What the page of a match shows beside its two sides: why it is here, when it suits each of them, who else fits."""

from typing import Any

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.matches import say
from buurtnet.matching.queries.reviewing import Review, find_pairing, get_review, list_alternatives
from buurtnet.matching.rules.hurdles import say_hurdle
from buurtnet.matching.schemas import MatchPage, State
from buurtnet.moderation import rules
from buurtnet.posts.pages.words import say_when
from buurtnet.web.language import ZONE, _
from buurtnet.web.templating import isolate


async def read_review(db: Db, viewer: Viewer, item: MatchPage) -> dict[str, Any]:
    """What `match_item.html` shows beside the match: why it is here, when it suits each side, who else fits."""
    at, review = now(), await get_review(db, viewer, item.id)
    pairing = await find_pairing(db, review, at=at) if review.origin == "facilitator" else None
    hurdles = pairing.hurdles(at.astimezone(ZONE).date()) if pairing is not None else []
    waits = item.state is State.SUGGESTED
    rejected = rules.REJECTIONS.get(item.reason or "") if item.state is State.REJECTED else None
    return {
        "review": review,
        "why_here": say_why_here(review),
        "need_when": say_when(item.need.slots, item.need.from_on, item.need.until_on),
        "offer_when": say_when(item.offer.slots, item.offer.from_on, item.offer.until_on),
        "hurdles": [say(say_hurdle(one, isolate(review.asker), isolate(review.helper))) for one in hurdles] if waits else [],
        "others": await list_alternatives(db, viewer, review, at=at) if waits else None,
        "standing": say_standing(item.state, review),
        "rejected_because": _(rejected) if rejected else None,
    }


def say_why_here(review: Review) -> list[str]:
    """Why a worker looks at the match before anybody is asked, a sentence each."""
    said = [_("%(name)s chose these two.", name=isolate(review.chosen_by))] if review.chosen_by else []
    said += [_("Sensitive theme: %(theme)s", theme=theme) for theme in review.sensitive]
    for name, new, mediated, minor in (
        (isolate(review.asker), review.asker_new, review.asker_mediated, review.asker_minor),
        (isolate(review.helper), review.helper_new, review.helper_mediated, review.helper_minor),
    ):
        said += [_("%(name)s is new here.", name=name)] if new else []
        said += [_("%(name)s wants to be asked only by a worker.", name=name)] if mediated else []
        said += [_("%(name)s is under 18.", name=name)] if minor else []
    return said


def say_standing(state: State, review: Review) -> str:
    """How a match stands that waits for nobody at the desk; what one of the two refused is not told."""
    asker, helper = isolate(review.asker), isolate(review.helper)
    match state:
        case State.ASKED:
            return _("%(name)s is being asked.", name=helper)
        case State.OFFERED:
            return _("%(helper)s wants to help. Now %(asker)s is being asked.", helper=helper, asker=asker)
        case State.AGREED:
            return _("Both said yes.")
        case State.COMPLETED:
            return _("It worked out")
        case State.REJECTED:
            return _("A worker decided against it.")
        case _:
            return _("This is over")
