"""What is said of the figures wherever they are taken: the rule, the licence, the kinds of areas."""

from buurtnet.kit.counts import FLOOR, ROUND
from buurtnet.kit.text import N_
from buurtnet.network.schemas import AreaKind

LICENCE = "CC-BY-4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
RULES = (
    N_("No figure comes from fewer than %(least)s people, and none leaves out fewer than %(least)s."),
    N_("Numbers are rounded to %(step)s. Shares are made of rounded numbers."),
    N_("Figures about contacts need %(least)s contacts, and nobody has more than half of them."),
    N_("Where one figure is left out, a second one is too. So nobody can subtract."),
)
"""The rule by which figures are left out; each sentence may take the least number and the step."""
RULE_NUMBERS = {"least": FLOOR, "step": ROUND}
SHORT_RULE = f"at least {FLOOR} persons; counts in steps of {ROUND}"
"""The rule in the rows of the CSV; the code book has it whole."""
LAYER_NAMES = {
    AreaKind.NEIGHBOURHOOD: N_("Neighbourhoods"),
    AreaKind.MUNICIPALITY: N_("Municipalities"),
    AreaKind.AREA: N_("Areas of organisations"),
}
FLOWS_NAME = N_("Help between neighbourhoods")
FLOWS_SAID = N_("Only lines that may be told are there. A line that is missing means few or none.")
NOT_SAID = N_("Only what went through Buurtnet. It does not say how close people are.")
