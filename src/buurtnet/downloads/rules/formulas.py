"""How each measure is reckoned, for those who check it: m ties, n active residents; a tie between two areas counts half in each of them."""

from buurtnet.network.schemas import WILSON, Measure

FORMULAS = {
    Measure.ACTIVE: "n: residents who posted, answered or completed a help in the window; workers do not count",
    Measure.ADULT_SHARE: "n / adults who live there by the official count",
    Measure.MEAN_DEGREE: "2m / n",
    Measure.DENSITY: "2m / (n (n - 1))",
    Measure.THEMES: "exp(-sum of p ln p), p: part of a theme in all pairs of a tie and a theme; Shannon 1948, Hill 1973 (order 1)",
    Measure.ACROSS_LANGUAGES: "ties between people of different first languages / ties",
    Measure.REACH: "mean over n of the chance that a need drawn from the area's demand has a compatible open offer",
    Measure.FIRST_YES_HOURS: "median of the hours from a question to its first yes",
    Measure.WITHOUT_TIE: "active residents without a tie / n",
    Measure.BOTH_WAYS: "active residents who gave help and were given help / n",
    Measure.LARGEST_PART: "active residents in the largest connected component / n",
    Measure.PARTS: "connected components of three or more residents",
    Measure.TRANSITIVITY: "3 triangles / connected triples; Newman, Watts and Strogatz 2002",
    Measure.BRIDGING: "(external - internal) / (external + internal) ties, told of neighbourhoods alone; E-I index, Krackhardt and Stern 1988",
    Measure.TOP_SHARE: "helps given by the 5 % of active residents who gave most / helps given; Lorenz 1905",
    Measure.GINI: "Gini coefficient of helps given, over active residents; Gini 1912",
    Measure.NEWCOMER_WEEKS: "median of the weeks from joining to the first tie, those who wait counted as far as known; Kaplan and Meier 1958",
    Measure.LASTING: "ties with help in two separate months / ties",
}
BOOTSTRAP = "Bayesian bootstrap over residents, 95 %; Rubin 1981"
INTERVALS = {
    **dict.fromkeys(WILSON, "Wilson 1927, 95 %"),
    Measure.FIRST_YES_HOURS: "order statistics, 95 %; David and Nagaraja 2003",
    Measure.NEWCOMER_WEEKS: "product-limit, 95 %; Brookmeyer and Crowley 1982",
}
"""How intervals are reckoned that are no bootstrap."""
