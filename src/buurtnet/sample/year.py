"""The year before today: everybody offers something, and round after round people ask, find each other and help."""

from collections import Counter
from uuid import UUID

import msgspec

from buurtnet.posts.schemas import When
from buurtnet.sample.past import Past
from buurtnet.sample.town import Neighbour, Town

ROUNDS = ((345, 260), (255, 175), (170, 95), (90, 33))
"""Days ago between which each round took place."""
ASKERS = {
    "Brabantwijk": 5,
    "Collignon": 6,
    "Haachtse Steenweg": 3,
    "Josaphat": 5,
    "Dailly": 3,
    "Noordwijk": 1,
    "Helmet": 1,
    "Terdelt": 1,
    "Plasky": 1,
    "Reyers": 1,
}
"""How many in each quarter ask something in a round."""
ABROAD = 0.2
"""Share of those who ask for something that is perhaps offered in another quarter."""
READERS = ("Brabantwijk", "Brabantwijk", "Collignon", "Haachtse Steenweg", "Josaphat", "Dailly", "Helmet", "Plasky")
DELICATE = ("papers.letter", "company.visit")
"""Themes at which a worker always looks; somebody in these quarters offers them."""
OPEN_OFFERS = """
select p.id, p.author_id, p.neighbourhood_id, p.organisation_id, t.slug as theme
  from post p join theme t on t.id = p.theme_id
 where p.kind = 'offer' and p.state = 'open' and p.engaged < p.capacity and t.safeguard is null order by p.id
"""
CHECK = "insert into helper_check (person_id, kind, checked_on, checked_by) values ($1, 'minors', $2, $3)"


class Offer(msgspec.Struct, frozen=True):
    """An open offer with room."""

    id: UUID
    author_id: UUID
    neighbourhood_id: int
    organisation_id: UUID
    theme: str


async def offer_things(town: Town) -> None:
    """Four in five offer something, one in five two things; the workers read what newcomers wrote. Two helpers were checked for minors."""
    whens: tuple[When, ...] = ("any", "any", "any", "any", "regularly")
    for who in list(town.people.values()):
        draw = town.random.random()
        for _ in range((draw < 0.8) + (draw < 0.2)):
            if (said := town.texts.say("offer", who.languages)) is not None:
                await town.post(who, "offer", said, when=town.random.choice(whens), reach=town.random.choice((1, 1, 1, 2, 2, 3)))
    for number, place in enumerate(READERS):
        who = town.in_place(place, town.ground.service)[2 - number % 2]
        if (said := town.texts.say("offer", who.languages, (DELICATE[number % 2],))) is not None:
            await town.post(who, "offer", said, reach=2)
    await town.approve_all()
    for place in ("Brabantwijk", "Collignon"):
        worker = town.worker_of(town.ground.service, town.ground.places[place])
        await town.db.execute(CHECK, town.in_place(place)[0].id, town.at.date(), worker.person_id)


async def live_through(town: Town, past: Past) -> None:
    """The rounds, oldest first; what was helped with is put into its own days at once, so that a month is not full before it began."""
    asked: Counter[UUID] = Counter()
    for since, until in ROUNDS:
        for place, count in ASKERS.items():
            await _ask(town, place, count, asked)
        await town.approve_all()
        await town.confirm_all()
        for match in await town.standing("asked"):
            await town.agree(match)
        agreed = await town.standing("agreed")
        for match in agreed:
            await town.complete(match)
        await town.tell()
        await past.settle(agreed, since, until)


async def _ask(town: Town, place: str, count: int, asked: Counter[UUID]) -> None:
    offers = msgspec.convert([dict(row) for row in await town.db.fetch(OPEN_OFFERS)], list[Offer])
    candidates = town.in_place(place, town.ground.service)
    town.random.shuffle(candidates)
    candidates.sort(key=lambda one: asked[one.id])
    wished: set[UUID] = set()
    for who in candidates[:count]:
        near = [offer for offer in offers if offer.author_id != who.id and offer.id not in wished and _understand(town, who, offer)]
        own = [offer for offer in near if offer.neighbourhood_id == who.viewer.neighbourhood_id]
        first = [] if town.random.random() < ABROAD else town.random.sample(own, len(own))
        for offer in first + town.random.sample(near, len(near)):
            if (said := town.texts.say("need", who.languages, (offer.theme,))) is not None:
                await town.post(who, "need", said, reach=town.random.choice((1, 1, 2)))
                wished.add(offer.id)
                asked[who.id] += 1
                break


def _understand(town: Town, who: Neighbour, offer: Offer) -> bool:
    helper = town.people[offer.author_id]
    return offer.organisation_id == who.viewer.organisation_id and bool(set(helper.languages) & set(who.languages))
