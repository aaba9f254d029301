"""What the network slice measures and how it is told."""

from buurtnet.network.schemas.figures import AreaDecision, Figure, Figures, Flow, Month, Row, Snapshot, TileState, Town
from buurtnet.network.schemas.measures import (
    ABOUT,
    BESIDE,
    FIRST,
    HEADLINES,
    STEPS,
    SUPPORTING,
    WILSON,
    WINDOWS,
    About,
    AreaKind,
    Mark,
    Measure,
)

__all__ = [
    "ABOUT",
    "BESIDE",
    "FIRST",
    "HEADLINES",
    "STEPS",
    "SUPPORTING",
    "WILSON",
    "WINDOWS",
    "About",
    "AreaDecision",
    "AreaKind",
    "Figure",
    "Figures",
    "Flow",
    "Mark",
    "Measure",
    "Month",
    "Row",
    "Snapshot",
    "TileState",
    "Town",
]
