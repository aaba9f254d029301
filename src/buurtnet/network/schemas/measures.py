"""What is measured of an area, and how each measure is written."""

from enum import StrEnum

import msgspec

from buurtnet.kit.text import N_

WINDOWS = (3, 12)
"""Months over which is counted."""
STEPS = 5
"""Classes of the map."""


class Measure(StrEnum):
    """What is measured of an area. Formulas and sources stand in rules/measures*.py and rules/reach.py."""

    ACTIVE = "active"
    ADULT_SHARE = "adult_share"
    MEAN_DEGREE = "mean_degree"
    DENSITY = "density"
    THEMES = "themes"
    ACROSS_LANGUAGES = "across_languages"
    REACH = "reach"
    FIRST_YES_HOURS = "first_yes_hours"
    WITHOUT_TIE = "without_tie"
    BOTH_WAYS = "both_ways"
    LARGEST_PART = "largest_part"
    PARTS = "parts"
    TRANSITIVITY = "transitivity"
    BRIDGING = "bridging"
    TOP_SHARE = "top_share"
    GINI = "gini"
    NEWCOMER_WEEKS = "newcomer_weeks"
    LASTING = "lasting"


class Mark(StrEnum):
    """Why a figure is there or not."""

    SHOWN = "shown"
    SUPPRESSED = "suppressed"
    UNINHABITED = "uninhabited"
    INACTIVE = "inactive"
    UNPUBLISHED = "unpublished"


class AreaKind(StrEnum):
    """What a figure is about: a neighbourhood, a municipality, or an organisation's area."""

    NEIGHBOURHOOD = "neighbourhood"
    MUNICIPALITY = "municipality"
    AREA = "area"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """How a measure is written: its unit and bounds, as a share (of 1) or not, with so many digits, and in which steps its classes are."""

    measure: Measure
    label: str
    """A short name, a msgid; also the head of the column."""
    text: str
    """What the figure says, a msgid."""
    unit: str
    """The unit for programs."""
    low: float = 0
    """The least it can be."""
    high: float | None = None
    """The most it can be; None where nothing bounds it."""
    share: bool = False
    """Whether it is written as a percentage."""
    digits: int = 0
    step: float = 1
    beside: Measure | None = None
    """The measure that stands beside it in the table."""

    @property
    def signed(self) -> bool:
        """Whether it has a middle, 0, with values on both sides."""
        return self.low < 0


def _share(measure: Measure, label: str, text: str, *, digits: int = 2, beside: Measure | None = None) -> About:
    return About(
        measure=measure, label=label, text=text, unit="share", high=1, share=True, digits=digits, step=10.0**-digits, beside=beside
    )


ABOUT = {
    about.measure: about
    for about in (
        About(
            measure=Measure.ACTIVE,
            label=N_("Active people"),
            text=N_("People who asked, offered, answered or helped."),
            unit="persons",
            step=5,
            beside=Measure.ADULT_SHARE,
        ),
        _share(Measure.ADULT_SHARE, N_("Of all adults"), N_("Active people as a share of the adults who live there."), digits=3),
        About(
            measure=Measure.MEAN_DEGREE,
            label=N_("Contacts per person"),
            text=N_("How many people somebody helped, or was helped by, on average."),
            unit="ties per person",
            digits=1,
            step=0.1,
            beside=Measure.DENSITY,
        ),
        _share(
            Measure.DENSITY,
            N_("Of all possible contacts"),
            N_("Contacts as a share of all that could be. It falls by itself where more people take part."),
            digits=3,
        ),
        About(
            measure=Measure.THEMES,
            label=N_("Kinds of help"),
            text=N_("How many kinds of help go round. Rare kinds count less."),
            unit="themes",
            low=1,
            digits=1,
            step=0.1,
            beside=Measure.ACROSS_LANGUAGES,
        ),
        _share(Measure.ACROSS_LANGUAGES, N_("Across first languages"), N_("Contacts between people with different first languages.")),
        _share(
            Measure.REACH,
            N_("Would find an offer"),
            N_("How many would find a fitting offer, if they asked what people there ask."),
            beside=Measure.FIRST_YES_HOURS,
        ),
        About(
            measure=Measure.FIRST_YES_HOURS,
            label=N_("Hours to the first yes"),
            text=N_("Half of the questions had a first yes within this time."),
            unit="hours",
        ),
        _share(
            Measure.WITHOUT_TIE,
            N_("Without contacts"),
            N_("Active people who have not helped anybody and were not helped yet."),
        ),
        _share(Measure.BOTH_WAYS, N_("Give and receive"), N_("Active people who helped somebody and were helped themselves.")),
        _share(
            Measure.LARGEST_PART,
            N_("In the largest group"),
            N_("Active people who are joined in one group by contacts within the area, over others too."),
            beside=Measure.PARTS,
        ),
        About(
            measure=Measure.PARTS,
            label=N_("Separate groups"),
            text=N_("Groups of three or more people whom contacts within the area join."),
            unit="groups",
        ),
        _share(
            Measure.TRANSITIVITY,
            N_("Contacts of contacts"),
            N_("How often two contacts of the same person are contacts of each other too."),
        ),
        About(
            measure=Measure.BRIDGING,
            label=N_("Bridges to elsewhere"),
            text=N_("Contacts with other places against those within: −1 is all within, 1 is all elsewhere."),
            unit="index",
            low=-1,
            high=1,
            digits=2,
            step=0.01,
        ),
        _share(
            Measure.TOP_SHARE,
            N_("On few shoulders"),
            N_("The part of all help that came from the one in twenty who helped most."),
            beside=Measure.GINI,
        ),
        About(
            measure=Measure.GINI,
            label=N_("Uneven giving"),
            text=N_("How unevenly help is given: 0 is all alike, 1 is everything by one person."),
            unit="index",
            high=1,
            digits=2,
            step=0.01,
        ),
        About(
            measure=Measure.NEWCOMER_WEEKS,
            label=N_("Weeks to the first contact"),
            text=N_("Half of the new people had their first contact within this time."),
            unit="weeks",
        ),
        _share(Measure.LASTING, N_("Lasting contacts"), N_("Contacts with help in at least two different months.")),
    )
}
HEADLINES = {
    Measure.ACTIVE: N_("Size"),
    Measure.MEAN_DEGREE: N_("Density"),
    Measure.THEMES: N_("Variety"),
    Measure.REACH: N_("Reachability"),
}
"""What the chooser of the map offers first, and its words."""
BESIDE = tuple(about.beside for measure, about in ABOUT.items() if measure in HEADLINES and about.beside)
"""Measures that belong to a headline and stand beside it."""
SUPPORTING = {measure: about.label for measure, about in ABOUT.items() if measure not in HEADLINES and measure not in BESIDE}
"""What the chooser offers after the headlines, and its words."""
FIRST = Measure.MEAN_DEGREE
"""What the map shows unless something else is asked."""
WILSON = frozenset(
    {
        Measure.ADULT_SHARE,
        Measure.ACROSS_LANGUAGES,
        Measure.REACH,
        Measure.WITHOUT_TIE,
        Measure.BOTH_WAYS,
        Measure.LARGEST_PART,
        Measure.LASTING,
    }
)
"""Shares of persons or ties, told with Wilson's interval of 95 %."""
