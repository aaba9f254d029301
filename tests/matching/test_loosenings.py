"""What the counting says of all needs at once is what the pure rules say of each pair with one thing changed; and the author hears the same."""

from datetime import date
from random import Random

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.matching.queries import candidates
from buurtnet.matching.queries.fits import get_fits
from buurtnet.matching.queries.unmatched import find_loosenings
from buurtnet.matching.rules.fit import HelperFacts, PairFacts, PostFacts, compatible, theme_part
from buurtnet.matching.rules.loosening import FARTHEST, Counts, Loosening, Way, list_changes, list_loosenings
from buurtnet.matching.schemas import Change, Fits
from buurtnet.people.schemas import EVERY_SLOT
from tests.matching.conftest import viewer
from tests.matching.test_candidates import PENDING, World

EVERY_LANGUAGE = (1 << 60) - 1
DAY = 0b1111


class Pair(msgspec.Struct, frozen=True):
    """A need and an offer that may know of each other, as the pure rules read them."""

    need: PostFacts
    offer: PostFacts
    helper: HelperFacts
    between: PairFacts

    def fits(self, need: dict | None = None, offer: dict | None = None, *, rested: bool = False) -> bool:
        """Whether they fit, with something changed."""
        n = msgspec.structs.replace(self.need, **(need or {}))
        o = msgspec.structs.replace(self.offer, **(offer or {}))
        helper = msgspec.structs.replace(self.helper, this_month=-1, rests=False) if rested else self.helper
        return compatible(n, o, helper, self.between, today())

    def brings(self, need: dict | None = None, offer: dict | None = None, *, rested: bool = False) -> bool:
        """Whether it is just this that is in the way."""
        return not self.fits() and self.fits(need, offer, rested=rested)


def today() -> date:
    """The day it is here."""
    return now().astimezone(candidates.ZONE).date()


def pairs_of(world: World, need: dict) -> list[Pair]:
    """The open offers of its family, near or far, but for those that nobody may know of."""
    found = []
    for offer in world.posts:
        near = world.near.get((need["neighbourhood_id"], offer["neighbourhood_id"]))
        people = frozenset((need["author_id"], offer["author_id"]))
        if offer["kind"] == "need" or len(people) < 2 or people in world.apart | world.remembered or near is None:
            continue
        if any(match["need"] is need and match["offer"] is offer and match["state"] != "withdrawn" for match in world.matches):
            continue
        n, o = msgspec.structs.replace(world.facts(need), standing=0, offered=False), world.facts(offer)
        allied = n.organisation_id == o.organisation_id or (world.partners and n.shares and o.shares)
        over = o.until_on is not None and o.until_on < today()
        if o.open and o.active and not over and allied and theme_part(n.theme, o.theme) is not None:
            between = PairFacts(
                metres=near["metres"],
                level=near["level"],
                known=False,
                remembered=False,
                kept_away=False,
                matched=False,
                partners=world.partners,
            )
            found.append(Pair(n, o, world.helper(offer), between))
    return found


def count_by_hand(pairs: list[Pair], reach: int) -> Counts:
    """The counts of one need, pair by pair."""
    return Counts(
        reach=reach,
        fits=sum(pair.fits() for pair in pairs),
        farther=[sum(pair.between.level == level and pair.brings({"reach": FARTHEST}) for pair in pairs) for level in range(FARTHEST + 1)],
        days=[
            sum(pair.brings({"slots": None}) and bool((pair.offer.slots or EVERY_SLOT) & DAY << 4 * day) for pair in pairs)
            for day in range(7)
        ],
        dates=sum(pair.brings({"from_on": None, "until_on": None}) for pair in pairs),
        helper_reach=sum(pair.brings(offer={"reach": FARTHEST}) for pair in pairs),
        check=sum(pair.brings(offer={"checked": True}) for pair in pairs),
        language=sum(pair.brings({"language_bits": EVERY_LANGUAGE}) for pair in pairs),
        full=sum(pair.brings(offer={"engaged": 0, "standing": 0}, rested=True) for pair in pairs),
        known=len(pairs),
    )


def is_unmatched(world: World, post: dict) -> bool:
    proposed = any(match["need"] is post and match["state"] in PENDING for match in world.matches)
    open_one = post["state"] == "open" and post["active"] and post["expires_at"] > now() and post["engaged"] < post["capacity"]
    return post["kind"] == "need" and open_one and not proposed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
async def test_all_at_once_is_each_by_itself(connection: Db, seed: int) -> None:
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        world = World(connection, Random(seed), today())
        await world.build()
        needs = [post for post in world.posts if is_unmatched(world, post)]
        why = await find_loosenings(connection, [need["id"] for need in needs], at=now())
        for need in needs:
            pairs = pairs_of(world, need)
            by_hand = list_loosenings(count_by_hand(pairs, need["reach"]))
            assert why[need["id"]] == by_hand, f"{seed} {need} {why[need['id']]} {by_hand} {pairs}"
            await author_hears_the_same(connection, world, need, pairs, why[need["id"]])
    finally:
        await savepoint.rollback()


async def author_hears_the_same(db: Db, world: World, need: dict, pairs: list[Pair], why: list[Loosening]) -> None:
    """None where nobody fits, and then the least of the changes that would bring somebody; each by the pure rules, and as the worker reads it."""
    await db.execute("update post set own_slots = slots is not null where id = $1", need["id"])
    hears = await get_fits(db, viewer(need["author_id"]), need["id"])
    if hears.fits is not Fits.NONE:
        assert hears.may_help is None
        return
    assert why[0].way is not Way.NOTHING
    wanted = None
    for change, level in list_changes(need["reach"], timed=need["slots"] is not None or need["until_on"] is not None):
        new = {"reach": level} if change is Change.REACH else {"slots": None, "from_on": None, "until_on": None}
        if any(pair.brings(new) for pair in pairs):
            wanted = (change, level)
            break
    assert (hears.may_help and (hears.may_help.change, hears.may_help.reach)) == wanted
    if wanted and wanted[0] is Change.REACH:
        assert Loosening(Way.REACH, 0, wanted[1]) in [msgspec.structs.replace(one, count=0) for one in why]
