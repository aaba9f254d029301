"""The desk's navigation: every line with the length of the list it leads to."""

from buurtnet.desk.schemas import Counters
from buurtnet.kit.viewer import Viewer
from buurtnet.web.language import _
from buurtnet.web.shell import DeskLink, DeskSection


def _counted(counters: Counters, label: str, href: str, name: str, area: int | None = None, *, pale: bool = False) -> DeskLink:
    """A line with a counter that stays up to date."""
    counted = name if area is None else f"{name}/{area}"
    return DeskLink(label=label, href=href, count=counters.count(name, area), name=counted, pale=pale)


def _work(counters: Counters) -> DeskSection:
    return DeskSection(
        _("Waits for you"),
        [
            _counted(counters, _("Today"), "/desk/tasks", "tasks"),
            _counted(counters, _("Posts"), "/desk/posts", "posts"),
            _counted(counters, _("Matches"), "/desk/matches", "matches"),
            _counted(counters, _("Reports"), "/desk/reports", "reports"),
            _counted(counters, _("Not matched yet"), "/desk/unmatched", "unmatched"),
            DeskLink(label=_("Who is left out"), href="/desk/left-out"),
        ],
    )


def _rights(viewer: Viewer) -> DeskSection:
    links = [DeskLink(label=_("Rights and barriers"), href="/desk/rights")]
    if "facilitator" in viewer.roles:
        links = [DeskLink(label=_("Under way"), href="/desk/referrals"), DeskLink(label=_("Partners"), href="/desk/partners"), *links]
    return DeskSection(_("A right or a service"), links)


def _network(viewer: Viewer) -> DeskSection:
    links = [DeskLink(label=_("Map"), href="/map")]
    if "coordinator" in viewer.roles:
        links.insert(0, DeskLink(label=_("Which maps are shown"), href="/desk/network/areas"))
    if "facilitator" in viewer.roles:
        links.insert(0, DeskLink(label=_("My neighbourhoods"), href="/desk/network"))
    if {"facilitator", "coordinator"} & set(viewer.roles):
        links.append(DeskLink(label=_("Figures"), href="/desk/figures"))
    return DeskSection(_("Network"), links)


def _organisation() -> DeskSection:
    return DeskSection(
        _("Our organisation"),
        [
            DeskLink(label=_("Colleagues"), href="/desk/staff"),
            DeskLink(label=_("Working together"), href="/desk/organisations"),
            DeskLink(label=_("What was done"), href="/desk/audit"),
        ],
    )


def list_sections(viewer: Viewer, counters: Counters) -> list[DeskSection]:
    """The desk's navigation for what the worker is: a facilitator's work, a mapper's map, a coordinator's organisation."""
    sections: list[DeskSection] = []
    if not viewer.staff:
        return sections
    if "facilitator" in viewer.roles:
        sections.append(_work(counters))
        people = [
            DeskLink(label=_("People"), href="/desk/people"),
            DeskLink(label=_("Register"), href="/desk/people/new"),
            DeskLink(label=_("Paste a list"), href="/desk/intake"),
            DeskLink(label=_("Cards"), href="/desk/cards"),
            DeskLink(label=_("Flyers"), href="/desk/flyers"),
            DeskLink(label=_("On paper"), href="/desk/paper"),
        ]
        sections.append(DeskSection(_("People"), people))
    if {"facilitator", "coordinator"} & set(viewer.roles):
        sections.append(_rights(viewer))
        links = [
            DeskLink(label=_("Looking for matches"), href="/desk/rounds"),
            DeskLink(label=_("What counts"), href="/desk/weights"),
            DeskLink(label=_("Rules of screening"), href="/desk/rules"),
        ]
        sections.append(DeskSection(_("Matching"), links))
    if {"facilitator", "mapper", "coordinator"} & set(viewer.roles):
        sections.append(_network(viewer))
    if "coordinator" in viewer.roles:
        sections.append(_organisation())
    if counters.areas:
        links = [
            _counted(counters, area.name, f"/desk/posts?area={area.id}", "posts", area.id, pale=area.backup) for area in counters.areas[:40]
        ]
        sections.append(DeskSection(_("Posts by neighbourhood"), links))
    return sections
