"""Figures of organisations' areas: of their neighbourhoods together, for those who may see all of them."""

from datetime import date

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import VISITOR, Viewer
from buurtnet.network.actions import measuring
from buurtnet.network.queries import shown
from buurtnet.network.queries.areas import list_area_figures
from buurtnet.network.schemas import Mark, Measure
from tests.made import Made
from tests.network.conftest import CROWDED, ON
from tests.network.test_snapshots import facilitator


async def found(db: Db, viewer: Viewer, snapshot, measure: Measure = Measure.ACTIVE) -> dict[str, shown.Figure]:
    rows = await list_area_figures(db, viewer, snapshot, measure, 12, municipality_id=None, after="", limit=10)
    return {row.names["nl"]: row for row in rows}


async def add_area(db: Db, name: str, neighbourhoods: list[int], *, published: bool = False) -> None:
    organisation = await db.fetchval("select organisation_id from person limit 1")
    day = date(2026, 9, 3) if published else None
    await db.execute(
        "insert into area (id, organisation_id, names, neighbourhoods, map_published_on) values ($1, $2, $3, $4, $5)",
        new_id(), organisation, {"nl": name}, neighbourhoods, day,
    )  # fmt: skip


async def test_areas_that_overlap_have_their_own_true_figures_in_the_draft(connection: Db, made: Made, hood, people) -> None:
    await add_area(connection, "Noord", [hood["Brabantwijk"], hood["Collignon"]])
    await add_area(connection, "Midden", [hood["Collignon"], hood["Dailly"]])
    await measuring.draft_measures(connection, on=ON)
    draft = await shown.find_draft(connection)
    seen = await found(connection, await facilitator(made, "Brabantwijk", "Collignon", "Dailly"), draft)
    assert seen["Noord"].value == CROWDED["Brabantwijk"] + CROWDED["Collignon"]
    assert seen["Midden"].value == CROWDED["Collignon"] + CROWDED["Dailly"]
    own = [hood["Brabantwijk"], hood["Collignon"]]
    inside, across = await connection.fetchrow(
        "select count(*) filter (where pa.neighbourhood_id = any($1) and pb.neighbourhood_id = any($1)),"
        " count(*) filter (where (pa.neighbourhood_id = any($1)) <> (pb.neighbourhood_id = any($1)))"
        " from tie t join person pa on pa.id = t.a join person pb on pb.id = t.b where t.last_on between $2 and $3",
        own, date(2025, 11, 1), ON,
    )  # fmt: skip
    bridging = await found(connection, await facilitator(made, "Brabantwijk", "Collignon"), draft, Measure.BRIDGING)
    assert set(bridging) == {"Noord"}
    assert bridging["Noord"].value == round((across - inside) / (across + inside), 2)
    for other in (VISITOR, await facilitator(made, "Brabantwijk"), await facilitator(made, "Brabantwijk", "Collignon", role="coordinator")):
        assert not await found(connection, other, draft)


async def test_another_organisations_people_hide_the_true_figures_of_an_area(connection: Db, made: Made, hood, people) -> None:
    await add_area(connection, "Noord", [hood["Brabantwijk"], hood["Collignon"]])
    viewer = await facilitator(made, "Brabantwijk", "Collignon")
    other = new_id()
    await connection.execute('insert into organisation (id, names) values ($1, \'{"nl": "Ander"}\')', other)
    await connection.execute("update person set organisation_id = $1 where id = $2", other, people[hood["Collignon"]][0])
    await measuring.draft_measures(connection, on=ON)
    assert not await found(connection, viewer, await shown.find_draft(connection))


async def test_a_month_tells_of_areas_that_decided_so_and_numbers_stay(connection: Db, hood, people) -> None:
    await add_area(connection, "Noord", [hood["Brabantwijk"], hood["Collignon"]])
    await add_area(connection, "Midden", [hood["Collignon"], hood["Dailly"], hood["Helmet"]], published=True)
    await measuring.draft_measures(connection, on=ON)
    numbers = {row["area_id"]: row["number"] for row in await connection.fetch("select area_id, number from snapshot_area")}
    await measuring.freeze_month(connection, on=ON)
    assert set(await found(connection, VISITOR, await shown.find_published(connection))) == {"Midden"}
    assert {figure.mark for figure in (await found(connection, VISITOR, await shown.find_published(connection))).values()} <= {
        Mark.SHOWN,
        Mark.SUPPRESSED,
    }
    await add_area(connection, "Nieuw", [hood["Plasky"]])
    await measuring.draft_measures(connection, on=ON)
    again = {row["area_id"]: row["number"] for row in await connection.fetch("select area_id, number from snapshot_area")}
    assert numbers.items() <= again.items() and len(set(again.values())) == 3
