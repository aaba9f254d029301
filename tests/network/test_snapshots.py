"""Drafts and months: what they hold, who sees what of them, what is never in them."""

from datetime import date, timedelta

import asyncpg
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import VISITOR, Viewer
from buurtnet.network.actions import measuring, publishing
from buurtnet.network.queries import shown
from buurtnet.network.rules.history import window_start
from buurtnet.network.schemas import AreaKind, Mark, Measure
from buurtnet.people.rules import language_bits
from tests.made import Made
from tests.network.conftest import CROWDED, EMPTY, ON, SMALL


async def figures(db: Db, viewer: Viewer, snapshot, measure: Measure = Measure.ACTIVE, window: int = 12) -> dict[int, shown.Figure]:
    return {figure.area_id: figure for figure in await shown.list_figures(db, viewer, snapshot, measure, window)}


async def facilitator(made: Made, *hoods: str, role: str = "facilitator") -> Viewer:
    made._organisation = await made.db.fetchval("select organisation_id from person limit 1")
    identity = await made.staff(role=role, hoods=hoods)
    return Viewer(
        person_id=identity,
        actor_id=identity,
        organisation_id=await made.home_organisation(),
        roles=(role,),
        areas=tuple([await made.hood(name) for name in hoods]),
    )


async def test_the_draft_holds_true_figures_for_the_facilitator_of_the_area_alone(connection: Db, made: Made, hood, people) -> None:
    await measuring.draft_measures(connection, on=ON)
    draft = await shown.find_draft(connection)
    own = await facilitator(made, "Brabantwijk", "Noordwijk")
    seen = await figures(connection, own, draft)
    assert (seen[hood["Brabantwijk"]].value, seen[hood["Noordwijk"]].value) == (60, 6)
    assert seen[hood["Noordwijk"]].mark is Mark.SUPPRESSED
    assert seen[hood["Collignon"]].value is None
    for other in (
        VISITOR,
        await facilitator(made, "Collignon"),
        await facilitator(made, "Brabantwijk", role="mapper"),
        await facilitator(made, "Brabantwijk", role="coordinator"),
    ):
        assert (await figures(connection, other, draft))[hood["Brabantwijk"]].value is None
    resident = Viewer(person_id=people[hood["Brabantwijk"]][0])
    assert all(figure.value is None for figure in (await figures(connection, resident, draft)).values())


async def test_there_is_one_draft_and_it_is_replaced(connection: Db, people) -> None:
    first = await measuring.draft_measures(connection, on=ON)
    second = await measuring.draft_measures(connection, on=ON)
    assert first != second
    assert await connection.fetchval("select count(*) from snapshot where kind = 'draft'") == 1
    assert await connection.fetchval("select count(distinct snapshot_id) from network_measure") == 1


async def test_true_figures_agree_with_counting_in_sql(connection: Db, made: Made, hood, people) -> None:
    await measuring.draft_measures(connection, on=ON)
    own = await facilitator(made, "Dailly")
    draft = await shown.find_draft(connection)
    home = hood["Dailly"]
    since = window_start(ON, 12)
    ends = await connection.fetchval(
        "select sum((pa.neighbourhood_id = $1)::int + (pb.neighbourhood_id = $1)::int) from tie t join person pa on pa.id = t.a"
        " join person pb on pb.id = t.b where t.last_on between $2 and $3",
        home, since, ON,
    )  # fmt: skip
    alone = await connection.fetchval(
        "select count(*) from person p where neighbourhood_id = $1 and not exists (select from tie t where p.id in (t.a, t.b) and t.last_on between $2 and $3)",
        home, since, ON,
    )  # fmt: skip
    active = (await figures(connection, own, draft))[home].value
    assert active == CROWDED["Dailly"]
    assert (await figures(connection, own, draft, Measure.MEAN_DEGREE))[home].value == round(ends / active, 1)
    assert (await figures(connection, own, draft, Measure.WITHOUT_TIE))[home].value == round(alone / active, 2)
    waits = sorted(
        row["hours"]
        for row in await connection.fetch(
            "select extract(epoch from m.offered_at - p.created_at)::float8 / 3600 as hours from match m join post p on p.id = m.need_id"
            " where p.neighbourhood_id = $1 and p.created_at::date >= $2 and m.offered_at::date <= $3",
            home,
            since,
            ON,
        )
    )
    middle = (waits[(len(waits) - 1) // 2] + waits[len(waits) // 2]) / 2
    assert (await figures(connection, own, draft, Measure.FIRST_YES_HOURS))[home].value == round(middle)


OFFERS_OF = """
select o.author_id, o.reach, o.language_bits, o.slots, n.level, o.theme_id, t.parent_id from post o
  join theme t on t.id = o.theme_id join neighbourhood_near n on n.a = $1 and n.b = o.neighbourhood_id
 where o.kind = 'offer' and o.state = 'open'
"""
ASKED_OF = """
select p.theme_id, t.parent_id, t.talk, count(*) as needs from post p join theme t on t.id = p.theme_id
 where p.kind = 'need' and p.neighbourhood_id = $1 and p.created_at::date between $2 and $3 group by p.theme_id, t.parent_id, t.talk
"""


@pytest.mark.parametrize("window", [3, 12])
async def test_reach_agrees_with_asking_for_each_resident(connection: Db, made: Made, hood, people, window: int) -> None:
    await measuring.draft_measures(connection, on=ON)
    home = hood["Dailly"]
    offers = await connection.fetch(OFFERS_OF, home)
    asked = await connection.fetch(ASKED_OF, home, window_start(ON, window), ON)
    active = await connection.fetch(
        "select id, reach, languages from person p where neighbourhood_id = $1 and (exists (select from tie t where p.id in (t.a, t.b) and t.last_on >= $2)"
        " or exists (select from post where author_id = p.id and created_at >= $2)"
        " or exists (select from match m where helper_id = p.id and offered_at >= $2))",
        home,
        window_start(ON, window),
    )
    lucky = 0
    for theme in asked:
        serving = [
            one for one in offers if one["theme_id"] in (theme["theme_id"], theme["parent_id"]) or one["parent_id"] == theme["theme_id"]
        ]
        for person in active:
            lucky += theme["needs"] * any(
                one["author_id"] != person["id"]
                and one["level"] <= min(one["reach"], person["reach"])
                and (not theme["talk"] or one["language_bits"] & language_bits(person["languages"]))
                for one in serving
            )
    found = (await figures(connection, await facilitator(made, "Dailly"), await shown.find_draft(connection), Measure.REACH, window))[home]
    assert found.value == round(lucky / sum(one["needs"] for one in asked) / len(active), 2)


async def test_a_month_shows_only_what_was_decided_and_is_not_small(connection: Db, hood, people, publish) -> None:
    await publish([hood[name] for name in (*CROWDED, *SMALL, EMPTY) if name != "Plasky"])
    await measuring.freeze_month(connection, on=ON)
    month = await shown.find_published(connection)
    for measure in Measure:
        seen = await figures(connection, VISITOR, month, measure)
        assert seen[hood["Plasky"]].mark is Mark.UNPUBLISHED
        assert seen[hood[EMPTY]].mark is Mark.INACTIVE
        assert seen[hood["Josaphatpark"]].mark is Mark.UNINHABITED
        for name in SMALL:
            assert seen[hood[name]].mark is Mark.SUPPRESSED
        for figure in seen.values():
            assert (figure.mark is Mark.SHOWN) == (figure.value is not None) == (figure.n is not None)
            assert figure.n is None or (figure.n >= 10 and figure.n % 5 == 0)
    assert (await figures(connection, VISITOR, month))[hood["Dailly"]].value == 150
    stored = await connection.fetch("select * from network_measure where mark <> 'shown'")
    assert stored and all(row["value"] is None and row["n"] is None and row["low"] is None for row in stored)


async def test_the_municipality_is_told_only_where_all_of_it_is_published(connection: Db, hood, people, publish) -> None:
    inhabited = [row["id"] for row in await connection.fetch("select id from neighbourhood where inhabited")]
    await publish(inhabited[:-1])
    await measuring.freeze_month(connection, on=date(2026, 9, 30))
    await publish(inhabited[-1:])
    await measuring.freeze_month(connection, on=ON)
    marks = []
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        snapshot = await shown.find_published(connection, month)
        [town] = await shown.list_town_figures(connection, VISITOR, snapshot, Measure.ACTIVE, 12, municipality_id=None, after="", limit=10)
        marks.append((town.mark, town.value))
    assert marks[0] == (Mark.UNPUBLISHED, None)
    # 614 people, of whom 14 in two small neighbourhoods: their sum is no small number, so the town may be told.
    assert marks[1] == (Mark.SHOWN, 615)


async def test_one_small_neighbourhood_takes_another_with_it(connection: Db, hood, publish) -> None:
    from tests.network.city import settle

    await settle(connection, {hood["Noordwijk"]: 6, hood["Collignon"]: 40, hood["Dailly"]: 60, hood["Helmet"]: 30}, on=ON, degree=3)
    await publish(list(hood.values()))
    await measuring.freeze_month(connection, on=ON)
    seen = await figures(connection, VISITOR, await shown.find_published(connection))
    assert {name for name, one in hood.items() if seen[one].mark is Mark.SUPPRESSED} == {"Noordwijk", "Helmet"}


async def test_a_frozen_month_stays_as_it_is(connection: Db, hood, people, publish) -> None:
    await publish(list(hood.values()))
    first = await measuring.freeze_month(connection, on=date(2026, 10, 15))
    before = await connection.fetch("select * from network_measure where snapshot_id = $1 order by 2, 3, 4, 5", first)
    await connection.execute("delete from tie")
    assert await measuring.freeze_month(connection, on=ON) == first
    assert await connection.fetch("select * from network_measure where snapshot_id = $1 order by 2, 3, 4, 5", first) == before
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute("insert into snapshot (id, kind, as_of) values (gen_random_uuid(), 'month', '2026-10-02')")


async def test_measuring_twice_gives_the_same(connection: Db, hood, people) -> None:
    rows = []
    for _ in range(2):
        await measuring.draft_measures(connection, on=ON)
        rows.append(
            await connection.fetch(
                "select area_id, window_months, measure, value, n, low, high, mark from network_measure order by 1, 2, 3"
            )
        )
    assert rows[0] == rows[1]


async def test_classes_are_frozen_for_the_year(connection: Db, hood, people, publish) -> None:
    await publish(list(hood.values()))
    await measuring.freeze_month(connection, on=date(2026, 9, 30))
    breaks = await shown.find_frozen_breaks(connection, AreaKind.NEIGHBOURHOOD, 12, Measure.ACTIVE, year=2026)
    assert breaks is not None and len(breaks) == 4
    await connection.execute("delete from tie where last_on > '2026-05-01'")
    await measuring.freeze_month(connection, on=ON)
    assert await shown.find_frozen_breaks(connection, AreaKind.NEIGHBOURHOOD, 12, Measure.ACTIVE, year=2026) == breaks
    assert await shown.find_frozen_breaks(connection, AreaKind.NEIGHBOURHOOD, 12, Measure.ACTIVE, year=2025) is None


async def test_workers_are_no_nodes_and_the_erased_are_gone(connection: Db, made: Made, hood) -> None:
    worker = await made.staff(hoods=("Brabantwijk",))
    resident, other_resident, gone = await made.person("Amina"), await made.person("Bram"), await made.person("Gone", state="erased")
    await connection.execute("update person set neighbourhood_id = $2 where id = $1", worker, hood["Brabantwijk"])
    for other in (worker, gone, other_resident):
        a, b = sorted((resident, other))
        await connection.execute("insert into tie (a, b, first_on, last_on, a_helped) values ($1, $2, $3, $3, 1)", a, b, ON)
    await measuring.draft_measures(connection, on=ON)
    viewer = await facilitator(made, "Brabantwijk")
    draft = await shown.find_draft(connection)
    assert (await figures(connection, viewer, draft))[hood["Brabantwijk"]].value == 2
    assert (await figures(connection, viewer, draft, Measure.MEAN_DEGREE))[hood["Brabantwijk"]].value == 1


async def test_what_lies_before_the_window_does_not_count(connection: Db, made: Made, hood) -> None:
    viewer = await facilitator(made, "Brabantwijk")
    for name, ago in (("Now", 10), ("Spring", 200), ("Long ago", 400)):
        one, other = sorted([await made.person(name), await made.person(name)])
        day = ON - timedelta(days=ago)
        await connection.execute("insert into tie (a, b, first_on, last_on, a_helped) values ($1, $2, $3, $3, 1)", one, other, day)
    await measuring.draft_measures(connection, on=ON)
    draft = await shown.find_draft(connection)
    assert (await figures(connection, viewer, draft))[hood["Brabantwijk"]].value == 4
    assert (await figures(connection, viewer, draft, window=3))[hood["Brabantwijk"]].value == 2


async def test_publishing_is_a_recorded_decision_of_the_own_coordinator(db: Db, made: Made, hood, connection: Db) -> None:
    coordinator = await facilitator(made, role="coordinator")
    await connection.execute("set local role none")
    area = await connection.fetchval(
        "insert into area (id, organisation_id, names, neighbourhoods) values (gen_random_uuid(), $1, '{\"nl\": \"1030\"}', $2) returning id",
        coordinator.organisation_id, [hood["Dailly"]],
    )  # fmt: skip
    await connection.execute("set local role buurtnet_web")
    with pytest.raises(publishing.DecisionMissing):
        await publishing.publish_area(db, coordinator, area, "  ")
    other = Viewer(person_id=coordinator.person_id, organisation_id=await made.organisation("Other"), roles=("coordinator",))
    for wrong in (other, await facilitator(made, "Dailly"), VISITOR):
        with pytest.raises(NotFound):
            await publishing.publish_area(db, wrong, area, "Because I say so")
    assert await db.fetchval("select map_published_on from area where id = $1", area) is None
    await publishing.publish_area(db, coordinator, area, "Meeting of  12 residents")
    stored = await db.fetchrow("select map_published_on, decided_how from area where id = $1", area)
    assert tuple(stored) == (now().date(), "Meeting of 12 residents")
    assert await db.fetchval("select count(*) from audit where action = 'map published' and object_id = $1", area) == 1
