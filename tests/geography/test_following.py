"""What is in a neighbourhood moves along where a newer map takes the neighbourhood away: in every table that knows neighbourhoods."""

import importlib
import pkgutil
import re
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import ARRAY, Integer

import buurtnet
from buurtnet.geography import actions
from buurtnet.geography.events import NeighbourhoodsReplaced
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.ids import new_id
from buurtnet.kit.sql import metadata
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.following import answer_place
from buurtnet.people.events import PersonChanged, PlaceAsked
from buurtnet.people.queries.places import find_place_question
from buurtnet.settings import Settings
from buurtnet.worker import list_reactions
from tests.geography.grounds import square
from tests.geography.maps import CODES, NEW, write_map, write_new, write_old
from tests.made import Made

MOVES = {
    "area.neighbourhoods",
    "flyer.neighbourhood_id",
    "person.neighbourhood_id",
    "place_question.choices",
    "post.neighbourhood_id",
    "referral.neighbourhood_id",
    "report.neighbourhood_id",
    "rule_count.neighbourhood_id",
    "staff_area.neighbourhood_id",
    "task.neighbourhood_id",
}
"""What is somewhere now: it goes where the ground went."""
STAYS = {
    "earlier_neighbourhood.id": "what a neighbourhood was",
    "drawn_place.area_id": "drawn anew by each import",
    "network_cover.area_ids": "a frozen measure of its snapshot",
    "network_flow.from_id": "a frozen measure of its snapshot",
    "network_flow.to_id": "a frozen measure of its snapshot",
    "network_measure.area_id": "a frozen measure of its snapshot",
    "neighbourhood_change.neighbourhood_id": "what became of a neighbourhood",
    "neighbourhood_change.successor_id": "what became of a neighbourhood",
    "neighbourhood_near.a": "measured anew by each import",
    "neighbourhood_near.b": "measured anew by each import",
    "place_question.was_id": "where somebody lived before",
    "right_count.neighbourhood_id": "a frozen count of its month",
    "round_count.neighbourhood_id": "what a round of matching saw; the next one sees the new places",
    "snapshot_area.neighbourhoods": "the area as it was on the day of its snapshot",
}
"""What was somewhere once: it stays on the borders of its day."""
CALLED_A_PLACE = re.compile(r"neighbourhood|hood|place|^area_ids?$|^from_id$|^to_id$|^choices$|^[ab]$")


def columns_with_places() -> set[str]:
    """Every column that refers to a neighbourhood, and every whole number or list of them that is called as a place is."""
    for module in pkgutil.walk_packages(buurtnet.__path__, "buurtnet."):
        if ".tables" in module.name:
            importlib.import_module(module.name)
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.target_fullname == "neighbourhood.id" for key in column.foreign_keys)
        or (
            type(column.type.item_type if isinstance(column.type, ARRAY) else column.type) is Integer and CALLED_A_PLACE.search(column.name)
        )
    }


def test_every_column_with_a_neighbourhood_moves_along_or_is_history() -> None:
    assert columns_with_places() == MOVES | STAYS.keys()


Hoods = dict[str, int]


async def hoods_of(db: Db) -> Hoods:
    """The present neighbourhoods of the town by the last part of their code."""
    rows = await db.fetch("select code, id from neighbourhood where code like '99001%' and valid_to is null")
    return {row["code"][5:]: row["id"] for row in rows}


@pytest.fixture
async def old(places: Db, tmp_path: Path) -> Hoods:
    await actions.import_geography(places, write_old(tmp_path), "wijken-2025", vintage="2024")
    return await hoods_of(places)


async def follow(db: Db, settings: Settings, vault: Vault) -> list[UUID]:
    """Tells what the last import announced to all that react; returns whom the reactions ask."""
    change = await db.fetchval(
        "select payload->>'change_id' from outbox where kind = 'geography.NeighbourhoodsReplaced' order by id desc limit 1"
    )
    for reaction in list_reactions(settings, vault)[NeighbourhoodsReplaced]:
        await reaction(db, NeighbourhoodsReplaced(UUID(change)))
    asked = await db.fetch("delete from outbox where kind = 'people.PlaceAsked' returning payload")
    return [UUID(row["payload"]["person_id"]) for row in asked]


async def fill(made: Made, hood: int) -> UUID:
    """One of everything that stands in a neighbourhood; returns the person."""
    organisation = await made.home_organisation()
    person = await made.person("Amina", None, neighbourhood_id=hood)
    await made.post(person)
    own = {"organisation_id": organisation, "neighbourhood_id": hood}
    await made.insert("flyer", code=f"F{hood:05}"[:6], language="nl", **own)
    await made.insert("report", id=new_id(), object_kind="other", text="Iets", language="nl", **own)
    await made.insert("task", id=new_id(), kind="call_back", person_id=person, **own)
    await made.insert(
        "referral", id=new_id(), person_id=person, right="housing", barrier="unknown", state="proposed", proposed_at=now(), **own
    )
    rule = await made.db.fetchval("select min(id) from rule")
    await made.insert("rule_count", rule_id=rule, seen=3, wrong=1, **own)
    return person


async def test_everything_moves_along_at_once(places: Db, made: Made, old: Hoods, tmp_path: Path, settings: Settings, vault: Vault) -> None:
    """Also where codes change places: who was in W5 is in W6, and who was in W6 in W5."""
    people = {code: await fill(made, old[code]) for code in ("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9")}
    worker = await made.staff(hoods=())
    for code, backup in {"W2": False, "W3": True, "W5": False, "W7": True}.items():
        await made.insert("staff_area", person_id=worker, neighbourhood_id=old[code], backup=backup)
    organisation = await made.home_organisation()
    area = {
        "organisation_id": organisation,
        "names": {"nl": "Rij"},
        "neighbourhoods": [old[code] for code in ("W1", "W2", "W3", "W5", "W7")],
    }
    await made.insert("area", id=new_id(), **area)
    await actions.import_geography(places, write_new(tmp_path), "wijken-2025")
    asked = await follow(places, settings, vault)
    new = await hoods_of(places)
    where = {"W1": "W1", "W2": "W20", "W3": "W34", "W4": "W34", "W5": "W6", "W6": "W5", "W7": "W7", "W8": "W80", "W9": "W9"}
    for table in ("post", "task", "referral"):
        column = "author_id" if table == "post" else "person_id"
        found = dict(
            await places.fetch(f"select {column}, neighbourhood_id from {table} where {column} = any($1::uuid[])", list(people.values()))
        )
        assert found == {person: new[where[code]] for code, person in people.items()}, table
    found = dict(await places.fetch("select id, neighbourhood_id from person where id = any($1::uuid[])", list(people.values())))
    assert found == {person: new[where[code]] for code, person in people.items()}
    assert dict(await places.fetch("select neighbourhood_id, seen from rule_count where organisation_id = $1", organisation)) == {
        new[code]: 6 if code == "W34" else 3 for code in set(where.values())
    }
    assert dict(await places.fetch("select neighbourhood_id, backup from staff_area where person_id = $1", worker)) == {
        new["W20"]: False,
        new["W21"]: False,
        new["W34"]: True,
        new["W6"]: False,
        new["W7"]: True,
        new["W70"]: True,
    }
    served = await places.fetchval("select neighbourhoods from area where organisation_id = $1", organisation)
    assert served == sorted(new[code] for code in ("W1", "W20", "W21", "W34", "W6", "W7", "W70"))
    over = [old[code] for code in ("W2", "W3", "W4", "W8")]
    for table, column in (one.split(".") for one in MOVES):
        held = f"{column} && $1::int[]" if column in ("choices", "neighbourhoods") else f"{column} = any($1::int[])"
        assert await places.fetchval(f'select count(*) from "{table}" where {held}', over) == 0, table
    questions = {row["person_id"]: set(row["choices"]) for row in await places.fetch("select person_id, choices from place_question")}
    assert questions == {
        people["W2"]: {new["W20"], new["W21"]},
        **{people[code]: {new[where[code]]} for code in ("W3", "W4", "W5", "W6", "W8")},
    }
    assert asked == [people["W2"]]


async def test_who_has_not_answered_is_asked_about_the_newest_places(
    places: Db, made: Made, old: Hoods, tmp_path: Path, settings: Settings, vault: Vault
) -> None:
    person = await made.person("Amina", None, neighbourhood_id=old["W2"])
    await actions.import_geography(places, write_new(tmp_path), "wijken-2025")
    await follow(places, settings, vault)
    later = {code: area for code, area in NEW.items() if code not in ("99001W20", "99001W1")}
    later["99001W12"] = (NEW["99001W1"][0].union(NEW["99001W20"][0]), "Wijk 12")
    await actions.import_geography(places, write_map(tmp_path / "later.gpkg", later), "wijken-2025", vintage="2026")
    await follow(places, settings, vault)
    new = await hoods_of(places)
    question = await find_place_question(places, person)
    assert question is not None
    assert question.now_id == new["W12"]
    assert {choice.id for choice in question.choices} == {new["W12"], new["W21"]}


async def test_one_tap_says_where_i_live(
    places: Db, made: Made, client: httpx.AsyncClient, old: Hoods, tmp_path: Path, settings: Settings, vault: Vault
) -> None:
    """The start page asks; yes ends the question, another choice moves the person and their posts, and a third place is refused."""
    people = [await made.person(name, None, neighbourhood_id=old["W2"]) for name in ("Amina", "Bart")]
    post = await made.post(people[1])
    worker = await made.staff(hoods=())
    await made.insert("staff_area", person_id=worker, neighbourhood_id=old["W2"])
    await made.insert("area", id=new_id(), organisation_id=await made.home_organisation(), names={"nl": "Rij"}, neighbourhoods=[old["W2"]])
    await actions.import_geography(places, write_new(tmp_path), "wijken-2025")
    await follow(places, settings, vault)
    new = await hoods_of(places)
    await made.sign_in(client, people[0])
    page = (await client.get("/")).text
    assert "Where do you live now?" in page
    assert "Yes, in Wijk 20" in page
    assert ">Wijk 21<" in page.replace("\u2068", "").replace("\u2069", "")
    assert (await client.post("/me/place/answer", data={"neighbourhood_id": new["W34"]})).status_code == 422
    assert (await client.post("/me/place/answer", data={"neighbourhood_id": new["W20"]})).status_code == 303
    assert "Where do you live now?" not in (await client.get("/")).text
    viewer = Viewer(person_id=people[1], actor_id=people[1], organisation_id=await made.home_organisation(), neighbourhood_id=new["W20"])
    await answer_place(places, viewer, new["W21"], at=now())
    assert await find_place_question(places, people[1]) is None
    for reaction in list_reactions(settings, vault)[PersonChanged]:
        await reaction(places, PersonChanged(people[1]))
    assert await places.fetchval("select neighbourhood_id from post where id = $1", post) == new["W21"]
    assert await places.fetchval("select neighbourhood_id from person where id = $1", people[0]) == new["W20"]
    await answer_place(places, viewer, new["W20"], at=now())  # Not asked any more: nothing happens.
    assert await places.fetchval("select neighbourhood_id from person where id = $1", people[1]) == new["W21"]


async def test_a_place_that_was_not_asked_about_is_refused(
    places: Db, made: Made, old: Hoods, tmp_path: Path, settings: Settings, vault: Vault
) -> None:
    person = await made.person("Amina", None, neighbourhood_id=old["W2"])
    await actions.import_geography(places, write_new(tmp_path), "wijken-2025")
    await follow(places, settings, vault)
    with pytest.raises(Invalid):
        await answer_place(places, Viewer(person_id=person, actor_id=person), old["W9"], at=now())


async def test_the_worker_asks_whom_they_look_after(
    places: Db, made: Made, old: Hoods, tmp_path: Path, settings: Settings, vault: Vault
) -> None:
    worker = await made.staff(hoods=())
    managed = await made.person("Amina", None, neighbourhood_id=old["W2"], managed_by=worker)
    alone = await made.person("Bart", None, neighbourhood_id=old["W2"])
    await made.contact(alone, "bart@example.org")
    await actions.import_geography(places, write_new(tmp_path), "wijken-2025")
    for person in await follow(places, settings, vault):
        for reaction in list_reactions(settings, vault)[PlaceAsked]:
            await reaction(places, PlaceAsked(person))
    tasks = await places.fetch("select person_id, for_worker from task where kind = 'place'")
    assert [tuple(row) for row in tasks] == [(managed, worker)]
    assert [row["person_id"] for row in await places.fetch("select person_id from notice where kind = 'place_asked'")] == [alone]


async def test_what_stays_where_it_is_asks_nobody(places: Db, made: Made, old: Hoods, tmp_path: Path) -> None:
    """Another name, another year, and borders that give three tenths away."""
    await made.person("Amina", None, neighbourhood_id=old["W0"])
    areas = {code: (square(n, 0), f"Anders {n}") for n, code in enumerate(CODES)}
    await actions.import_geography(places, write_map(tmp_path / "same.gpkg", areas), "wijken-2025")
    assert await places.fetchval("select count(*) from outbox where kind = 'geography.NeighbourhoodsReplaced'") == 0
    assert await hoods_of(places) == old
