"""People who may be somebody who is known already: names that sound alike, the same number."""

from collections.abc import Iterable, Sequence

from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer
from buurtnet.people.queries.people import RESPONSIBLE
from buurtnet.people.rules import sound_of, sounds_alike
from buurtnet.people.schemas import Person, PersonCard

MOST = 5
HERE = f"""{RESPONSIBLE} and p.state <> 'erased' and p.neighbourhood_id = any($2::int[])
   and not exists (select from staff own where own.person_id = p.id)"""
NAMES = f"select distinct p.given_name from person p where {HERE}"
CARD = "p.id, p.given_name, p.neighbourhood_id, p.languages, p.state, p.managed_by = $1::uuid is true as managed, p.discreet, p.mediated"
NAMED = f"""
select {CARD} from person p
 where {HERE} and p.given_name = any($3::text[]) and p.languages && coalesce($4::text[], p.languages) order by p.seen_on desc, p.id limit $5
"""
ADDRESSED = "(select lookup, person_id from sign_in_name union all select lookup, person_id from number_to_call)"
"""Who has which address, whether they sign in with it or are only called there."""
SAME_ADDRESS = f"""
select distinct {CARD} from {ADDRESSED} mine
  join {ADDRESSED} theirs on theirs.lookup = mine.lookup and theirs.person_id <> mine.person_id
  join person p on p.id = theirs.person_id
 where mine.person_id = $3 and {HERE}
 order by p.id limit $4
"""


async def find_alike(db: Db, viewer: Viewer, names: Iterable[str]) -> dict[str, list[PersonCard]]:
    """For each of the names that sounds like somebody's of the facilitator's areas, some of those people, whom somebody met last first."""
    heard: dict[str, list[str]] = {}
    for row in await db.fetch(NAMES, viewer.person_id, list(viewer.areas)):
        heard.setdefault(sound_of(row["given_name"]), []).append(row["given_name"])
    found: dict[str, list[PersonCard]] = {}
    for name in dict.fromkeys(names):
        alike = [one for one in heard.get(sound_of(name), ()) if sounds_alike(name, one)]
        if alike:
            found[name] = await fetch(db, PersonCard, NAMED, viewer.person_id, list(viewer.areas), alike, None, MOST)
    return found


async def find_doubles(
    db: Db, viewer: Viewer, neighbourhood_id: int, given_name: str, languages: Sequence[str] | None = None
) -> list[PersonCard]:
    """People of the facilitator's area whose name sounds alike in the same neighbourhood; with `languages` only who speaks one of them."""
    names = [row["given_name"] for row in await db.fetch(NAMES, viewer.person_id, [neighbourhood_id])]
    alike = [name for name in names if sounds_alike(given_name, name)]
    spoken = None if languages is None else list(languages)
    return await fetch(db, PersonCard, NAMED, viewer.person_id, [neighbourhood_id], alike, spoken, MOST) if alike else []


async def find_maybe_same(db: Db, viewer: Viewer, person: Person) -> list[PersonCard]:
    """Other people of the facilitator's areas who have a number of theirs too, or whose name sounds alike."""
    same = await fetch(db, PersonCard, SAME_ADDRESS, viewer.person_id, list(viewer.areas), person.id, MOST)
    alike = (await find_alike(db, viewer, [person.given_name])).get(person.given_name, [])
    return list({one.id: one for one in [*same, *alike] if one.id != person.id}.values())
