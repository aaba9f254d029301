"""A large town for benchmarks, written by COPY: people, open posts, ties with their components. Nobody in it can sign in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import numpy as np

from buurtnet.kit.db import Database, Db, copy_rows
from buurtnet.kit.ids import new_id
from buurtnet.people.rules import language_bits
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.sample.ground import CannotPlant
from buurtnet.ties.rules import find_components

CHUNK = 50_000
SPOKEN = (("fr",), ("fr", "nl"), ("nl",), ("ar", "fr"), ("tr", "fr"), ("en", "fr"), ("es", "fr"), ("ro", "fr"), ("nl", "en"), ("bg", "tr"))
SHARES = (0.25, 0.12, 0.10, 0.15, 0.12, 0.08, 0.06, 0.05, 0.04, 0.03)
REACHES, REACH_SHARES = (0, 1, 2, 3, 4), (0.15, 0.35, 0.3, 0.12, 0.08)
PERSON = [
    "id",
    "organisation_id",
    "given_name",
    "picture",
    "adult",
    "language",
    "languages",
    "neighbourhood_id",
    "reach",
    "slots",
    "posts_on_trial",
]
POST = [
    "id",
    "organisation_id",
    "kind",
    "author_id",
    "theme_id",
    "language",
    "text",
    "state",
    "quiet",
    "neighbourhood_id",
    "reach",
    "slots",
    "language_bits",
    "component",
    "expires_at",
    "created_at",
]
NAMES = {"nl": "Proefstad", "fr": "Ville d'essai", "en": "Test town"}
OTHERS = "select exists (select from person p join organisation o on o.id = p.organisation_id where o.names->>'en' is distinct from $1)"
HOODS = "select id from neighbourhood where inhabited and valid_to is null and starts_with(code, $1) order by id"
ANALYZE = "analyze person, post, tie, tie_component"
"""Only the owner of the tables may; for others it changes nothing."""
TIE = ["a", "b", "first_on", "last_on", "helps", "a_helped", "b_helped", "themes"]
COMPONENT = ["person_id", "component"]


class Planted(msgspec.Struct, frozen=True):
    """What now stands in the database."""

    people: int
    posts: int
    ties: int


class Ground(msgspec.Struct, frozen=True):
    """What the large sample stands on."""

    organisation_id: UUID
    hoods: np.ndarray
    themes: np.ndarray


async def plant_large(database: Database, *, people: int, posts: int | None = None, code_prefix: str = "", seed: int = 1030) -> Planted:
    """Writes so many people over all inhabited neighbourhoods whose code begins so, ten posts for each unless said otherwise (a third needs) and
    three ties for each two people. The same seed writes the same town but for its ids.

    CannotPlant where no such neighbourhood or no theme is there, or beside people of another town.
    """
    random = np.random.default_rng(seed)
    wanted = people * 10 if posts is None else posts
    async with database.transaction() as db:
        ground = await _find_ground(db, code_prefix)
        persons = _draw_people(random, people, ground)
        for rows in _chunks(_people_rows(persons, ground)):
            await copy_rows(db, "person", PERSON, rows)
        ties = _tie_rows(np.random.default_rng((seed, 1)), persons, people * 3 // 2, ground)
        for start in range(0, len(ties), CHUNK):
            await copy_rows(db, "tie", TIE, ties[start : start + CHUNK])
        components = _name_components(ties)
        await copy_rows(db, "tie_component", COMPONENT, list(components.items()))
        written = 0
        for rows in _chunks(_post_rows(random, persons, ground, wanted, components)):
            await copy_rows(db, "post", POST, rows)
            written += len(rows)
        await db.execute(ANALYZE)
    return Planted(people, written, len(ties))


async def _find_ground(db: Db, code_prefix: str) -> Ground:
    if await db.fetchval(OTHERS, NAMES["en"]):
        raise CannotPlant(
            "There are people of another town in this database; a large sample goes into an empty one (choose another --home)."
        )
    hoods = await db.fetch(HOODS, code_prefix)
    themes = await db.fetch("select id from theme where parent_id is not null order by id")
    if not hoods or not themes:
        where = f" whose code begins with {code_prefix}" if code_prefix else ""
        raise CannotPlant(f"There are no neighbourhoods{where}; import boundaries first (geography import).")
    organisation_id = new_id()
    await db.execute("insert into organisation (id, names) values ($1, $2)", organisation_id, NAMES)
    return Ground(organisation_id, np.array([row["id"] for row in hoods]), np.array([row["id"] for row in themes]))


class People(msgspec.Struct, frozen=True):
    """The people as arrays."""

    ids: list[UUID]
    hoods: np.ndarray
    spoken: np.ndarray
    reaches: np.ndarray
    slots: np.ndarray


def _draw_slots(random: np.random.Generator, count: int) -> np.ndarray:
    """Dayparts as 28 bits: everything for a third, else about a third of the week."""
    bits = random.random((count, 28)) < 0.35
    drawn = bits @ (1 << np.arange(28))
    return np.where(random.random(count) < 0.33, EVERY_SLOT, np.maximum(drawn, 1))


def _draw_people(random: np.random.Generator, count: int, ground: Ground) -> People:
    crowd = random.gamma(2.0, size=len(ground.hoods))
    return People(
        ids=[new_id() for _ in range(count)],
        hoods=random.choice(ground.hoods, count, p=crowd / crowd.sum()),
        spoken=random.choice(len(SPOKEN), count, p=SHARES),
        reaches=random.choice(REACHES, count, p=REACH_SHARES),
        slots=_draw_slots(random, count),
    )


def _people_rows(people: People, ground: Ground) -> Iterator[tuple]:
    columns = zip(people.ids, people.hoods.tolist(), people.spoken.tolist(), people.reaches.tolist(), people.slots.tolist(), strict=True)
    for number, (person_id, hood, spoken, reach, slots) in enumerate(columns):
        languages = SPOKEN[spoken]
        yield (
            person_id,
            ground.organisation_id,
            f"Buur {number}",
            number % 24 + 1,
            True,
            languages[0],
            list(languages),
            hood,
            reach,
            slots,
            0,
        )


def _post_rows(random: np.random.Generator, people: People, ground: Ground, count: int, components: dict[UUID, UUID]) -> Iterator[tuple]:
    bits = [language_bits(languages) for languages in SPOKEN]
    authors = random.integers(len(people.ids), size=count)
    needs = random.random(count) < 1 / 3
    popularity = 1 / np.arange(1, len(ground.themes) + 1)
    themes = random.choice(random.permutation(ground.themes), count, p=popularity / popularity.sum())
    days = random.integers(1, 80, size=count)
    named = random.random(count) < 0.5
    slots = _draw_slots(random, count)
    at = datetime.now(UTC)
    for row in range(count):
        author, need = authors[row], bool(needs[row])
        spoken = int(people.spoken[author])
        yield (
            new_id(),
            ground.organisation_id,
            "need" if need else "offer",
            people.ids[author],
            int(themes[row]),
            SPOKEN[spoken][0],
            "Ik zoek hulp in de buurt" if need else "Ik help graag in de buurt",
            "open",
            need,
            int(people.hoods[author]),
            int(people.reaches[author]),
            int(slots[row]) if named[row] else int(people.slots[author]),
            bits[spoken],
            components.get(people.ids[author]),
            at + timedelta(days=90 - int(days[row])),
            at - timedelta(days=int(days[row])),
        )


def _tie_rows(random: np.random.Generator, people: People, count: int, ground: Ground) -> list[tuple]:
    """Ties mostly within a neighbourhood: people sorted by neighbourhood, each with somebody a short step further."""
    order = np.argsort(people.hoods, kind="stable")
    first = random.integers(len(order), size=count)
    second = np.clip(first + random.geometric(0.02, size=count) * random.choice((-1, 1), size=count), 0, len(order) - 1)
    today = datetime.now(UTC).date()
    rows: dict[tuple[UUID, UUID], tuple] = {}
    for one, other in zip(order[first].tolist(), order[second].tolist(), strict=True):
        a, b = sorted((people.ids[one], people.ids[other]))
        if a != b and (a, b) not in rows:
            helped = int(random.integers(1, 4))
            since = int(random.integers(1, 360))
            theme = int(ground.themes[random.integers(len(ground.themes))])
            rows[a, b] = (a, b, today - timedelta(days=since), today - timedelta(days=since // 2), helped, helped - 1, 1, [theme])
    return list(rows.values())


def _name_components(ties: list[tuple]) -> dict[UUID, UUID]:
    """The component of everybody with a tie."""
    components = find_components([(a, b) for a, b, *_ in ties])
    names = {top: new_id() for top in dict.fromkeys(components.values())}
    return {person: names[top] for person, top in components.items()}


def _chunks(rows: Iterator[tuple]) -> Iterator[list[tuple]]:
    chunk: list[tuple] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
