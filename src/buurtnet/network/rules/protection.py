"""Everything that is published of one month, judged together: all measures, both windows, neighbourhoods, municipalities and organisations' areas,
and the months around it. Each kind of count is covered turn by turn (covers.py); what stands against a cover is suppressed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from buurtnet.kit.counts import FLOOR
from buurtnet.network.rules.cells import BY_NAME, CELLS, SIDES, Cell, is_small, take, told_box
from buurtnet.network.rules.covers import DEAR, NEAR, TURNS, Covers, Question, find_covers
from buurtnet.network.rules.measured import Areas, Array, Counts, Estimate, Measured
from buurtnet.network.rules.small_numbers import Ground, Shown, decide_alone, settle, there
from buurtnet.network.rules.telling import tell
from buurtnet.network.rules.windows import Known, Window, find_bounds
from buurtnet.network.schemas import WINDOWS, AreaKind, Measure

TRUE = -1
"""The turn of what is so."""


class Trace(msgspec.Struct, frozen=True):
    """One cover of a kind of count in one window of a month, as the next months need it: of turn TRUE every count there is and whether it was
    told, of the other turns the amounts that differ from it."""

    cell: str
    turn: int
    window: int
    month: int
    ids: Array
    amounts: Array
    told: Array


class Public(msgspec.Struct, frozen=True):
    """A measure as it may leave the desk: which areas show it, where even a zero is not told, and its rounded values."""

    shown: Array
    veiled: Array
    estimate: Estimate


Windows = Mapping[tuple[int, AreaKind], Measured]
"""What was measured, by months of the window and kind of area."""
Told = Mapping[tuple[int, AreaKind], Mapping[Measure, Public]]
"""What may be told, by the same."""


class Protected(msgspec.Struct, frozen=True):
    """What may be told, by months of the window and kind of area; and what the next months have to agree with."""

    told: Told
    traces: Sequence[Trace]


Amounts = dict[str, Array]
"""The covers of this month by cell with its side; dimensions are turn, window and neighbourhood."""


def protect(
    ids: Array, town: Array, areas: Areas, windows: Windows, *, published: Array, whole: Array, month: int, past: Sequence[Trace] = ()
) -> Protected:
    """What of a month may be told. `ids`, `town` and `published` are of the neighbourhoods, `whole` says which municipalities may be told at all,
    `past` is what the months around it left."""
    ground = _lay_ground(ids, town, areas, windows, published, whole)
    shown = decide_alone(ground)
    covers = _cover_all(ground, shown, month, _read_past(ground, past))
    return Protected(_tell_all(windows, ground, shown), list(_trace(ground, shown, covers, month)))


def _lay_ground(ids: Array, town: Array, areas: Areas, windows: Windows, published: Array, whole: Array) -> Ground:
    held = {window: window in {of for of, _ in windows} for window in WINDOWS}
    some = next(window for window in WINDOWS if held[window])
    # A window of which nothing is held any more is taken to be like the other one, and nothing of it is published.
    read = {window: window if held[window] else some for window in WINDOWS}
    rows = np.array([[held[window]] for window in WINDOWS])
    area, place = np.nonzero(np.asarray(areas.inside).reshape(len(areas.numbers), len(ids)))
    return Ground(
        ids=np.asarray(ids),
        own={window: windows[read[window], AreaKind.NEIGHBOURHOOD].counts for window in WINDOWS},
        above={
            window: _join(windows[read[window], AreaKind.MUNICIPALITY].counts, windows[read[window], AreaKind.AREA].counts)
            for window in WINDOWS
        },
        inside=(np.concatenate([town, area + len(whole)]), np.concatenate([np.arange(len(ids)), place])),
        published=rows & np.asarray(published, bool),
        open_above=rows & np.concatenate([whole, areas.published]).astype(bool),
    )


def _join(one: Counts, other: Counts) -> Counts:
    return Counts(**{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in Counts.__struct_fields__})


def _read_past(ground: Ground, past: Sequence[Trace]) -> dict[str, dict[Window, Known]]:
    """What is known of other months, by cover; a cover of which nothing differs from what is so is that."""
    known: dict[str, dict[Window, Known]] = {}
    place = {int(one): at for at, one in enumerate(ground.ids)}
    for trace in sorted(past, key=lambda trace: trace.turn):
        at, here = _find(place, trace.ids)
        if trace.turn == TRUE:
            for side in SIDES.values():
                amounts, told = np.full((TURNS, len(place)), np.nan), np.zeros(len(place), bool)
                amounts[:, at], told[at] = trace.amounts[here], np.asarray(trace.told, bool)[here]
                known.setdefault(f"{trace.cell} {side}", {})[trace.window, trace.month] = Known(amounts, told)
        else:
            known[trace.cell][trace.window, trace.month].amounts[trace.turn, at] = trace.amounts[here]
    return known


def _find(place: Mapping[int, int], ids: Array) -> tuple[list[int], list[int]]:
    """Where neighbourhoods of then are now, as far as they are."""
    pairs = [(place[int(one)], at) for at, one in enumerate(ids) if int(one) in place]
    return [at for at, _ in pairs], [at for _, at in pairs]


def _cover_all(ground: Ground, shown: Shown, month: int, past: Mapping[str, Mapping[Window, Known]]) -> Amounts:
    """Covers every kind of count, suppressing what stands against it, until all covers agree with what is still shown."""
    covers: Amounts = {}
    done = 0
    while done < len(CELLS):
        cell, before = CELLS[done], _count_by_cell(shown)
        for sign, side in SIDES.items():
            if sign > 0 or cell.rest:
                name = f"{cell.name} {side}"
                question = _ask(ground, shown, cell, sign, covers=covers, known=past.get(name, {}), month=month)
                found = find_covers(question, covers.get(name))
                covers[name] = found.amounts
                _give_way(ground, shown, cell, found)
        settle(ground, shown)
        changed = [at for at, (one, other) in enumerate(zip(before, _count_by_cell(shown), strict=True)) if one != other]
        done = min(changed[0], done) if changed else done + 1
    return covers


def _count_by_cell(shown: Shown) -> list[int]:
    """How much of each cell is told: where it changes the cell and all after it are covered anew."""
    return [
        sum(int(side[measure].sum()) for side in (shown.own, shown.above) for measure in cell.tells) - int(shown.veiled.sum())
        for cell in CELLS
    ]


def _ask(ground: Ground, shown: Shown, cell: Cell, sign: int, *, covers: Amounts, known: Mapping[Window, Known], month: int) -> Question:
    """What the covers of a cell have to agree with."""
    true, lively = take(cell.count, ground.own), there(ground)
    told, told_above = (np.any([side[measure] for measure in cell.tells], axis=0) for side in (shown.own, shown.above))
    nobody = ground.published & ~lively & ~shown.veiled
    base, rest, rest_above, true_rest = _hold(ground, shown, cell, covers)
    lifted = lively & ~told & (ground.ids % TURNS == np.arange(TURNS)[:, None, None])
    least, most = np.where(lively & (cell.name == "active") & (true > 0), 1.0, np.zeros(lifted.shape)), np.broadcast_to(base, lifted.shape)
    if sign > 0:
        least = np.where(lifted & is_small(true), FLOOR, least)
    else:
        # A remainder of nobody is lifted too: else what it is in one month would hold it down in the next.
        most = np.where(lifted & (true_rest - true < FLOOR), np.minimum(most, np.maximum(rest - FLOOR, 0)), most)
    low, high = told_box(cell, ground.own, base, rest)
    above_low, above_high = told_box(cell, ground.above, _sum(ground, base), rest_above)
    totals = (TURNS, *told_above.shape)
    return Question(
        true=true,
        told=told | nobody,
        least=np.where(nobody, 0, np.where(told, low, least)),
        most=np.where(nobody, 0, np.where(told, high, most)),
        totals_told=told_above,
        totals_least=np.broadcast_to(above_low, totals),
        totals_most=np.broadcast_to(above_high, totals),
        inside=ground.inside,
        bounds=find_bounds({} if cell.windows == "apart" else known, month, told | nobody, turns=TURNS, joined=cell.windows == "joined"),
        nested=cell.windows != "apart",
        lowers=sign < 0,
        dear=np.where(nobody, DEAR, 10 * np.stack([ground.own[row].active for row in WINDOWS]).max(axis=0)),
    )


def _hold(ground: Ground, shown: Shown, cell: Cell, covers: Amounts) -> tuple[Array, Array, Array, Array]:
    """What the count is a part of, and of what the remainder is known (in neighbourhoods, in areas, and in truth)."""
    endless = np.full(shown.veiled.shape, np.inf)
    if cell.name == "active":
        adults, above = take(lambda c: c.adults, ground.own, np.inf), take(lambda c: c.adults, ground.above, np.inf)
        return endless, adults, above, adults
    if cell.base is None:
        return endless, endless, _sum(ground, endless), endless
    whole, base = BY_NAME[cell.base], covers[f"{cell.base} few"]
    true = take(whole.count, ground.own)
    if whole.base is None:
        return base, base, _sum(ground, base), true
    # Where it is not told how many have a tie, only what remains of all who are active is known.
    wider, wider_true = covers[f"{whole.base} few"], take(BY_NAME[whole.base].count, ground.own)
    known, known_above = (np.any([side[measure] for measure in whole.tells], axis=0) for side in (shown.own, shown.above))
    rest_above = np.where(known_above, _sum(ground, base), _sum(ground, wider))
    return base, np.where(known, base, wider), rest_above, np.where(known, true, wider_true)


def _sum(ground: Ground, amounts: Array) -> Array:
    """The sums over the areas; without limit where there is none."""
    area, place = ground.inside
    everywhere: Any = (..., area)
    sums = np.zeros((*amounts.shape[:-1], ground.open_above.shape[1]))
    np.add.at(sums, everywhere, amounts[..., place])
    return sums


def _give_way(ground: Ground, shown: Shown, cell: Cell, cover: Covers) -> None:
    """Suppresses what stands against a cover: the figure, or the zero that was told, or else that of which it is a part."""
    base = BY_NAME[cell.base].tells if cell.base else ()
    lively = there(ground)
    told = np.any([shown.own[measure] for measure in cell.tells], axis=0)
    for measure in cell.tells:
        shown.own[measure][cover.broken] = False
        shown.above[measure][cover.broken_totals] = False
    for measure in base:
        shown.own[measure][cover.broken & lively & ~told] = False
    shown.veiled[cover.broken & ~lively & ground.published] = True


def _tell_all(windows: Windows, ground: Ground, shown: Shown) -> Told:
    told: dict[tuple[int, AreaKind], dict[Measure, Public]] = {}
    area, place = ground.inside
    for (window, kind), measured in windows.items():
        row, towns = WINDOWS.index(window), len(windows[window, AreaKind.MUNICIPALITY].counts.active)
        veiled_above = np.bincount(area, weights=shown.veiled[row, place], minlength=ground.open_above.shape[1]) > 0
        side, part, veiled = {
            AreaKind.NEIGHBOURHOOD: (shown.own, slice(None), shown.veiled[row]),
            AreaKind.MUNICIPALITY: (shown.above, slice(towns), veiled_above[:towns]),
            AreaKind.AREA: (shown.above, slice(towns, None), veiled_above[towns:]),
        }[kind]
        told[window, kind] = {
            measure: Public(side[measure][row, part] & ~np.isnan(estimate.value), veiled, estimate)
            for measure, estimate in tell(measured).items()
        }
    return told


def _trace(ground: Ground, shown: Shown, covers: Amounts, month: int) -> Iterator[Trace]:
    lively = there(ground)
    for cell in CELLS:
        if cell.windows == "apart":
            continue
        true = take(cell.count, ground.own)
        told = np.any([shown.own[measure] for measure in cell.tells], axis=0) | (ground.published & ~lively & ~shown.veiled)
        for row, window in enumerate(WINDOWS):
            kept = np.flatnonzero(ground.published[row])
            yield Trace(cell.name, TRUE, window, month, ground.ids[kept], true[row, kept], told[row, kept])
            for name in (f"{cell.name} {side}" for side in SIDES.values()):
                for turn, amounts in enumerate(covers.get(name, ())):
                    moved = kept[np.abs(amounts[row, kept] - true[row, kept]) > NEAR]
                    if moved.size:
                        yield Trace(name, turn, window, month, ground.ids[moved], amounts[row, moved], told[row, moved])
