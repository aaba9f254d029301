"""How the people of the small sample come: most join with a code that reaches them by e-mail, some are registered by a worker."""

from datetime import datetime
from random import Random
from uuid import UUID

import msgspec

from buurtnet.kit.db import Database, Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions import ask_code, join, register_person, verify_code
from buurtnet.people.rules import normalise_address, sign_in_digits
from buurtnet.people.schemas import AskedCode, NewPerson, RegisteredPerson
from buurtnet.sample.ground import LINDE
from buurtnet.sample.texts import Texts
from buurtnet.sample.town import Neighbour, Town
from buurtnet.web.language import BY_CODE

CROWD = {
    "Brabantwijk": 26,
    "Collignon": 18,
    "Haachtse Steenweg": 17,
    "Josaphat": 13,
    "Dailly": 12,
    "Noordwijk": 4,
    "Helmet": 4,
    "Terdelt": 3,
    "Plasky": 4,
    "Tervurense Poort": 3,
    "Reyers": 3,
    "Georges Henri": 2,
}
"""How many people come to each quarter, those of the second organisation aside."""
LINDES = 6
REGISTERED = 9
"""Each ninth person is registered by a worker and has no address."""
SPOKEN = (
    ("fr", "nl"),
    ("nl", "fr"),
    ("ar", "fr"),
    ("fr",),
    ("tr", "fr"),
    ("nl",),
    ("fr", "en"),
    ("ar", "nl"),
    ("tr", "nl"),
    ("en", "fr"),
    ("fr", "ar"),
)
SHARES = (16, 15, 14, 14, 11, 8, 6, 6, 5, 5, 4)
DONE = "update outbox set done_at = now() where done_at is null"


class Arrival(msgspec.Struct, kw_only=True):
    """Somebody who is about to come."""

    name: str
    place: str
    languages: tuple[str, ...]
    address: str | None
    linde: bool = False
    discreet: bool = False
    asked: AskedCode | None = None

    @property
    def language(self) -> str:
        """The language of their pages."""
        return next(code for code in (*self.languages, "fr") if code in BY_CODE)


def draw_arrivals(random: Random, texts: Texts) -> list[Arrival]:
    """Everybody, in the order in which they come."""
    places = [(place, False) for place, count in CROWD.items() for _ in range(count)]
    random.shuffle(places)
    places += [(LINDE[number % 2], True) for number in range(LINDES)]
    arrivals: list[Arrival] = []
    for number, (place, linde) in enumerate(places):
        languages = random.choices(SPOKEN, SHARES)[0]
        name, address = texts.name(languages[0])
        alone = number % REGISTERED != REGISTERED - 1
        arrivals.append(
            Arrival(name=name, place=place, languages=languages, address=address if alone else None, linde=linde, discreet=number == 40)
        )
    return arrivals


async def ask_codes(db: Db, vault: Vault, limits: Limits, arrivals: list[Arrival], at: datetime) -> None:
    """Whoever has an address asks for a code. Nothing is sent: the codes stand here."""
    for number, arrival in enumerate(arrivals):
        if arrival.address:
            arrival.asked = await ask_code(
                db, vault, limits, normalise_address(arrival.address, "BE"), network=f"sample {number}", language=arrival.language, at=at
            )
    await db.execute(DONE)


async def arrive(town: Town, database: Database, limits: Limits, arrivals: list[Arrival]) -> None:
    """All of them take part from now on."""
    for number, arrival in enumerate(arrivals):
        if arrival.asked is None:
            neighbour = await _register(town, arrival)
        else:
            neighbour = await _join(town, database, limits, arrival, f"sample {number}")
        town.people[neighbour.id] = neighbour


async def _join(town: Town, database: Database, limits: Limits, arrival: Arrival, network: str) -> Neighbour:
    assert arrival.asked is not None
    code = await verify_code(
        town.db,
        database,
        town.vault,
        limits,
        arrival.asked.browser,
        sign_in_digits(town.vault, arrival.asked.id),
        purpose="sign_in",
        network=network,
        at=town.at,
    )
    new = NewPerson(
        neighbourhood_id=town.ground.places[arrival.place],
        languages=list(arrival.languages),
        adult=True,
        discreet=arrival.discreet,
        consent=True,
        given_name=arrival.name,
        organisation_id=_organisation(town, arrival),
    )
    session = await join(town.db, town.vault, code, new, language=arrival.language, at=town.at)
    return _neighbour(town, arrival, session.person_id, session.person_id)


async def _register(town: Town, arrival: Arrival) -> Neighbour:
    worker = town.ground.worker_of(arrival.place, _organisation(town, arrival))
    new = RegisteredPerson(
        given_name=arrival.name,
        neighbourhood_id=town.ground.places[arrival.place],
        languages=list(arrival.languages),
        consent=True,
        sure=True,
    )
    person_id = await register_person(town.db, worker, new)
    return _neighbour(town, arrival, person_id, worker.person_id)


def _organisation(town: Town, arrival: Arrival) -> UUID:
    return town.ground.linde if arrival.linde else town.ground.service


def _neighbour(town: Town, arrival: Arrival, person_id: UUID, actor_id: UUID | None) -> Neighbour:
    viewer = Viewer(
        person_id=person_id,
        actor_id=actor_id,
        name=arrival.name,
        state="active",
        organisation_id=_organisation(town, arrival),
        neighbourhood_id=town.ground.places[arrival.place],
        language=arrival.language,
        discreet=arrival.discreet,
    )
    return Neighbour(
        id=person_id, name=arrival.name, place=arrival.place, languages=arrival.languages, address=arrival.address, viewer=viewer
    )
