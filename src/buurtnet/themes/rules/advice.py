"""The advice for a safe first meeting that a theme carries."""

from buurtnet.kit.text import N_

ADVICE = {
    "outside": N_("Meet the first time outside, in a busy place, or with your worker."),
    "home": N_("Get to know each other at the door first. Ask somebody to be there the first time."),
    "phone": N_("You can do this by phone. You do not have to give your address."),
    "errands": N_("Agree on the price first. Keep the receipt. Never give your bank card or its code."),
    "pharmacy": N_("Give the paper proof or the barcode of the prescription. Never give your identity card."),
    "children": N_("The parent stays the first time. Leave children only with somebody whom your worker has checked."),
    "worker": N_("Your worker can be there the first time. Say what you need, not more."),
    "papers": N_("Never give your identity card, itsme or bank codes to anybody. Your worker can help with difficult papers."),
    "debt": N_("A neighbour can go along. A neighbour does not speak with the people you owe money to. Your worker does that for free."),
    "codes": N_("Type your codes yourself. Never say them to anybody. Do not do your banking together."),
    "lend": N_("Agree when it comes back and what happens if it breaks."),
    "things": N_("Look at it together before it changes hands. It costs nothing."),
    "food": N_("Say what is in it and when it was made."),
}
"""What both sides are told before they first meet, by the advice key of the tree: msgids."""
