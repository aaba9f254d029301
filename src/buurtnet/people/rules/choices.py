"""What people choose from when they say when they can and how far they go, as msgids."""

from buurtnet.kit.text import N_

DAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
PARTS = (N_("morning"), N_("noon"), N_("afternoon"), N_("evening"))
REACHES = (N_("My neighbourhood"), N_("Also next to it"), N_("20 minutes on foot"), N_("By bicycle"), N_("The whole town"))
"""How far somebody goes, by level."""
