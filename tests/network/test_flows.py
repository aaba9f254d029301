"""Help between neighbourhoods: what is counted, what is told, what may not be worked out."""

import msgspec
import numpy as np
import pytest

from buurtnet.network.rules.flows import Stream, Sums, find_streams, is_told, sum_ties, tell_flows
from buurtnet.network.rules.measures_window import Cut
from buurtnet.network.schemas import Flow

IDS = np.array([11, 12, 13])
EVERYWHERE, NOWHERE = np.ones(3, bool), np.zeros(3, bool)
BROAD = Stream(source=0, target=1, ties=12, helps=17, people=20, top_ties=3, top_helps=5)


def leaving(ties: list[int], told: np.ndarray) -> Sums:
    """Of the neighbourhoods alone: how many ties leave each, and where that is told."""
    nothing = np.zeros(0, int)
    return sum_ties(
        np.zeros((0, 3), bool), own=(np.zeros(3, int), np.array(ties)), own_told=told, above=(nothing, nothing), above_told=nothing > 0
    )


def cut(pairs: list[tuple[int, int, int, int]]) -> Cut:
    a, b, a_gave, b_gave = (np.array(column) for column in zip(*pairs, strict=True))
    return Cut(a=a, b=b, a_gave=a_gave, b_gave=b_gave, lasting=np.zeros(len(a), bool), themes=np.zeros((len(a), 1), int))


def test_help_is_counted_from_who_gave_to_who_got_it() -> None:
    home = np.array([0] * 12 + [1] * 12 + [-1])
    pairs = [(one, 12 + one, 2, 0) for one in range(11)] + [(11, 23, 1, 4)]
    pairs += [(0, one, 1, 1) for one in range(1, 5)] + [(3, 24, 5, 5)]
    [stream] = find_streams(cut(pairs), home)
    assert stream == Stream(source=0, target=1, ties=12, helps=23, people=24, top_ties=1, top_helps=2)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, True),
        ({"ties": 9, "top_ties": 1}, False),
        ({"people": 9}, False),
        ({"top_ties": 6}, True),
        ({"top_ties": 7}, False),
        ({"top_helps": 8}, True),
        ({"top_helps": 9}, False),
    ],
)
def test_a_flow_is_told_from_ten_people_and_ten_ties_on_with_nobody_above_half(changed: dict[str, int], told: bool) -> None:
    assert is_told(msgspec.structs.replace(BROAD, **changed)) is told


def test_flows_are_rounded_and_between_neighbourhoods_whose_size_is_told() -> None:
    told = tell_flows([BROAD], IDS, EVERYWHERE, leaving([12, 12, 0], EVERYWHERE))
    assert told == [Flow(window_months=12, from_id=11, to_id=12, helps=15, people=20)]
    assert tell_flows([BROAD], IDS, np.array([True, False, True]), leaving([12, 12, 0], EVERYWHERE)) == []


def test_what_the_told_flows_leave_is_nothing_or_ten() -> None:
    larger = Stream(source=2, target=1, ties=20, helps=40, people=30, top_ties=3, top_helps=5)
    for beside, expected in ((0, [11, 13]), (4, [13]), (10, [11, 13])):
        sums = leaving([12 + beside, 50, 20], np.array([True, False, True]))
        told = tell_flows([BROAD, larger], IDS, EVERYWHERE, sums)
        assert [flow.from_id for flow in told] == expected
    unknown = tell_flows([BROAD, larger], IDS, EVERYWHERE, leaving([16, 50, 20], NOWHERE))
    assert len(unknown) == 2


def test_two_flows_between_the_same_are_one_set_of_ties() -> None:
    back = msgspec.structs.replace(BROAD, source=1, target=0, ties=14)
    told = tell_flows([BROAD, back], IDS, EVERYWHERE, leaving([14, 14, 0], EVERYWHERE))
    assert {(flow.from_id, flow.to_id) for flow in told} == {(11, 12), (12, 11)}


@pytest.mark.parametrize(("within", "beyond", "told"), [(40, 50, 1), (44, 50, 0), (49, 50, 0), (50, 50, 1)])
@pytest.mark.parametrize("open_above", [True, False])
def test_nothing_small_is_left_of_the_ties_between_the_neighbourhoods_of_an_area(
    within: int, beyond: int, told: int, open_above: bool
) -> None:
    """The area above has `within` ties of which 28 lie within its two neighbourhoods: less the twelve that are told, the rest is between them too."""
    area = np.array([[True, True, False]])
    own = np.array([20, 8, 5]), np.array([50, 50, 50])
    sums = sum_ties(area, own=own, own_told=NOWHERE, above=(np.array([within]), np.array([beyond])), above_told=np.array([open_above]))
    assert len(tell_flows([BROAD], IDS, EVERYWHERE, sums)) == (told if open_above else 1)


@pytest.mark.parametrize(("beyond", "told"), [(12, 1), (15, 0), (21, 0), (22, 1)])
def test_nothing_small_is_left_of_the_ties_that_leave_an_area(beyond: int, told: int) -> None:
    area = np.array([[True, False, True]])
    own = np.array([20, 8, 5]), np.array([50, 50, 50])
    sums = sum_ties(area, own=own, own_told=NOWHERE, above=(np.array([25]), np.array([beyond])), above_told=np.array([True]))
    assert len(tell_flows([BROAD], IDS, EVERYWHERE, sums)) == told
