"""Months that were before: whole or not there, the same again, and nothing told of what is no longer known."""

from datetime import UTC, date, datetime, timedelta

import pytest

from buurtnet.kit.clock import months_before, now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import VISITOR
from buurtnet.network.actions import measuring
from buurtnet.network.queries import shown
from buurtnet.network.rules.history import held_windows, list_month_ends, window_start
from buurtnet.network.schemas import Measure
from tests.made import Made
from tests.network.test_snapshots import facilitator, figures

ROWS = """
select s.as_of, m.area_kind, m.area_id, m.window_months, m.measure, m.value, m.n, m.low, m.high, m.mark
  from network_measure m join snapshot s on s.id = m.snapshot_id where s.kind = 'month' order by 1, 2, 3, 4, 5
"""


@pytest.mark.parametrize(
    ("on", "months", "first"),
    [
        (date(2026, 10, 31), 3, date(2026, 8, 1)),
        (date(2026, 10, 31), 12, date(2025, 11, 1)),
        (date(2026, 2, 28), 3, date(2025, 12, 1)),
        (date(2026, 5, 30), 3, date(2026, 2, 28)),
        (date(2026, 11, 21), 12, date(2025, 11, 22)),
    ],
)
def test_windows_end_with_the_day_and_hold_so_many_months(on: date, months: int, first: date) -> None:
    assert window_start(on, months) == first


def test_months_are_counted_back_from_the_one_that_is_over() -> None:
    assert list_month_ends(date(2026, 3, 31), 3) == [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]


def test_windows_of_which_something_was_forgotten_are_not_held() -> None:
    kept_from = date(2025, 11, 22)
    assert held_windows(date(2026, 10, 31), None) == (3, 12)
    assert held_windows(date(2026, 10, 31), kept_from) == (3, 12)
    assert held_windows(date(2026, 9, 30), kept_from) == (3,)
    assert held_windows(date(2025, 12, 31), kept_from) == ()


class Broken(Exception):
    """The command was killed."""


async def test_history_is_made_month_by_month_goes_on_after_a_kill_and_is_the_same_again(
    connection: Db, worker_database: Database, hood, people, publish
) -> None:
    await publish(list(hood.values()))
    made: list[str] = []

    def break_off(step: str) -> None:
        made.append(step)
        if sum("frozen over" in one for one in made) == 2 and "measuring" in step:
            raise Broken

    kept_from = months_before(now().date(), 12)
    with pytest.raises(Broken):
        await measuring.backfill_months(worker_database, months=4, kept_from=kept_from, say=break_off)
    before = await connection.fetch(ROWS)
    assert len({row["as_of"] for row in before}) == 2
    assert await connection.fetchval("select count(distinct snapshot_id) from network_measure") == 2

    done = await measuring.backfill_months(worker_database, months=4, kept_from=kept_from)
    assert [one.state for one in done] == ["frozen", "frozen", "made", "made"]
    whole = await connection.fetch(ROWS)
    assert whole[: len(before)] == before
    assert {row["measure"] for row in whole} == set(Measure)

    await connection.execute("delete from snapshot")
    done = await measuring.backfill_months(worker_database, months=4, kept_from=kept_from)
    assert [one.state for one in done] == ["made"] * 4
    assert await connection.fetch(ROWS) == whole


async def test_months_before_anything_happened_are_left_out(connection: Db, worker_database: Database, made: Made) -> None:
    assert {one.state for one in await measuring.backfill_months(worker_database, months=2, kept_from=date(2020, 1, 1))} == {"nothing"}
    amina, bram = sorted([await made.person("Amina"), await made.person("Bram")])
    day = now().date().replace(day=1) - timedelta(days=20)
    await connection.execute("insert into tie (a, b, first_on, last_on, a_helped) values ($1, $2, $3, $3, 1)", amina, bram, day)
    done = await measuring.backfill_months(worker_database, months=3, kept_from=date(2020, 1, 1))
    assert [one.state for one in done] == ["nothing", "nothing", "made"]


async def test_a_window_that_is_no_longer_known_has_no_figures(
    connection: Db, worker_database: Database, hood, people, publish, made: Made
) -> None:
    await publish(list(hood.values()))
    kept_from = months_before(now().date(), 12)
    columns = "year, organisation_id, kind, theme_id, state, posts"
    count = f"insert into post_count ({columns}) select 2025, o.id, 'need', t.id, 'met', 1 from organisation o, theme t limit 1"
    await connection.execute(count)
    done = await measuring.backfill_months(worker_database, months=12, kept_from=kept_from)
    assert [one.windows for one in done][-2:] == [(3,), (3, 12)]
    assert done[0].state in ("forgotten", "nothing")
    assert "no longer kept" in "".join(one.tell() for one in done if one.state == "forgotten") or done[0].state == "nothing"
    snapshot = await shown.find_published(connection, done[-2].on.replace(day=1))
    assert {figure.value for figure in (await figures(connection, VISITOR, snapshot, window=12)).values()} == {None}
    assert any(figure.value for figure in (await figures(connection, VISITOR, snapshot, window=3)).values())


async def test_helps_of_a_tie_over_the_edge_come_from_its_matches(connection: Db, made: Made, hood) -> None:
    """Amina helped Bram long ago, Bram helped Amina in the window and after it: only what lies inside counts for the month."""
    amina, bram = sorted([await made.person("Amina"), await made.person("Bram")])
    place = hood["Brabantwijk"]
    await connection.execute("update person set neighbourhood_id = $1 where id = any($2::uuid[])", place, [amina, bram])
    days = [(date(2025, 8, 3), True), (date(2026, 5, 4), False), (date(2026, 7, 4), False), (date(2026, 11, 8), True)]
    for day, by_amina in days:
        helper, asker = (amina, bram) if by_amina else (bram, amina)
        need, offer = await made.post(asker, kind="need"), await made.post(helper, kind="offer")
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        await connection.execute(
            "insert into match (id, need_id, offer_id, asker_id, helper_id, state, origin, score, parts, metres, level, languages, closed_at)"
            " values ($1, $2, $3, $4, $5, 'completed', 'engine', .5, '{.5,.5,.5,.5,.5}', 300, 1, '{nl}', $6)",
            new_id(), need, offer, asker, helper, at,
        )  # fmt: skip
    tie = "insert into tie (a, b, first_on, last_on, helps, a_helped, b_helped) values ($1, $2, $3, $4, 4, 2, 2)"
    await connection.execute(tie, amina, bram, days[0][0], days[-1][0])
    viewer = await facilitator(made, "Brabantwijk")
    found = {}
    for on in (date(2026, 10, 31), date(2026, 11, 20)):
        await measuring.draft_measures(connection, on=on)
        draft = await shown.find_draft(connection)
        for measure in (Measure.BOTH_WAYS, Measure.LASTING, Measure.TOP_SHARE):
            found[on.month, measure] = (await figures(connection, viewer, draft, measure))[place].value
    assert (found[10, Measure.BOTH_WAYS], found[11, Measure.BOTH_WAYS]) == (0, 1)
    assert found[10, Measure.LASTING] == 1
    assert found[10, Measure.TOP_SHARE] == 0.1
    short = await figures(connection, viewer, await shown.find_draft(connection), Measure.BOTH_WAYS, window=3)
    assert short[place].value == 0
