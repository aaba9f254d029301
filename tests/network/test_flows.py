"""Help between neighbourhoods: what is counted, what is told, what may not be worked out."""

import msgspec
import numpy as np
import pytest

from buurtnet.network.rules.flows import Stream, find_streams, is_told, tell_flows
from buurtnet.network.rules.measures_window import Cut
from buurtnet.network.schemas import Flow

IDS = np.array([11, 12, 13])
EVERYWHERE, NOWHERE = np.ones(3, bool), np.zeros(3, bool)
BROAD = Stream(source=0, target=1, ties=12, helps=17, people=20, top_ties=3, top_helps=5)


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
    told = tell_flows([BROAD], IDS, EVERYWHERE, leaving=np.array([12, 12, 0]), leaving_told=EVERYWHERE)
    assert told == [Flow(window_months=12, from_id=11, to_id=12, helps=15, people=20)]
    assert tell_flows([BROAD], IDS, np.array([True, False, True]), leaving=np.array([12, 12, 0]), leaving_told=EVERYWHERE) == []


def test_what_the_told_flows_leave_is_nothing_or_ten() -> None:
    larger = Stream(source=2, target=1, ties=20, helps=40, people=30, top_ties=3, top_helps=5)
    for beside, expected in ((0, [11, 13]), (4, [13]), (10, [11, 13])):
        leaving = np.array([12 + beside, 50, 20])
        told = tell_flows([BROAD, larger], IDS, EVERYWHERE, leaving=leaving, leaving_told=np.array([True, False, True]))
        assert [flow.from_id for flow in told] == expected
    unknown = tell_flows([BROAD, larger], IDS, EVERYWHERE, leaving=np.array([16, 50, 20]), leaving_told=NOWHERE)
    assert len(unknown) == 2


def test_two_flows_between_the_same_are_one_set_of_ties() -> None:
    back = msgspec.structs.replace(BROAD, source=1, target=0, ties=14)
    told = tell_flows([BROAD, back], IDS, EVERYWHERE, leaving=np.array([14, 14, 0]), leaving_told=EVERYWHERE)
    assert {(flow.from_id, flow.to_id) for flow in told} == {(11, 12), (12, 11)}
