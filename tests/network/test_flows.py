"""Help between neighbourhoods: what is counted, what is told, what may not be worked out."""

import msgspec
import numpy as np
import pytest

from buurtnet.network.rules.flows import Ends, Stream, find_streams, is_told, tell_flows
from buurtnet.network.rules.measures_window import Cut
from buurtnet.network.schemas import Flow

IDS = np.array([11, 12, 13])
EVERYWHERE, NOWHERE = np.ones(3, bool), np.zeros(3, bool)
BROAD = Stream(source=0, target=1, ties=12, helps=17, people=20, top_ties=3, top_helps=5)


def ends(outer: list[int], *, inner: int = 50, counted: np.ndarray = EVERYWHERE, bridging: np.ndarray = NOWHERE) -> Ends:
    return Ends(inner=np.full(3, inner), outer=np.array(outer), counted=counted, bridging=bridging)


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


def test_flows_are_rounded_and_between_neighbourhoods_whose_ties_are_told() -> None:
    told = tell_flows([BROAD], IDS, ends([12, 12, 0]))
    assert told == [Flow(window_months=12, from_id=11, to_id=12, helps=15, people=20)]
    assert tell_flows([BROAD], IDS, ends([12, 12, 0], counted=np.array([True, False, True]))) == []


@pytest.mark.parametrize(("beside", "expected"), [(0, [11, 13]), (4, [13]), (9, [13]), (10, [11, 13])])
def test_where_it_is_told_how_many_leave_nothing_or_ten_is_left_besides_the_flows(beside: int, expected: list[int]) -> None:
    larger = Stream(source=2, target=1, ties=20, helps=40, people=30, top_ties=3, top_helps=5)
    some = [12 + beside, 80, 80]
    told = tell_flows([BROAD, larger], IDS, ends(some, bridging=np.array([True, False, False])))
    assert [flow.from_id for flow in told] == expected
    assert len(tell_flows([BROAD, larger], IDS, ends(some))) == 2


@pytest.mark.parametrize(("inner", "beside", "told"), [(10, 0, 1), (9, 0, 0), (9, 2, 1), (0, 19, 0), (0, 20, 1)])
def test_there_is_room_for_ten_ties_within_besides_the_flows(inner: int, beside: int, told: int) -> None:
    assert len(tell_flows([BROAD], IDS, ends([12 + beside, 12 + beside, 0], inner=inner, counted=np.array([True, True, False])))) == told


@pytest.mark.parametrize(("outer", "told"), [([32, 32, 20], 1), ([32, 31, 20], 0), ([32, 31, 19], 1), ([90, 22, 68], 1), ([90, 22, 69], 0)])
def test_besides_the_flows_the_others_have_twenty_ends_more_than_any_whose_index_is_told(outer: list[int], told: int) -> None:
    """Of the ties between the first two twelve are told; besides these the third could have all but ten."""
    assert len(tell_flows([BROAD], IDS, ends(outer, bridging=np.array([False, False, True])))) == told


def test_two_flows_between_the_same_are_one_set_of_ties() -> None:
    back = msgspec.structs.replace(BROAD, source=1, target=0, ties=14)
    told = tell_flows([BROAD, back], IDS, ends([14, 14, 40], bridging=np.array([True, True, False])))
    assert {(flow.from_id, flow.to_id) for flow in told} == {(11, 12), (12, 11)}
