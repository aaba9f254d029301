"""Words for what people choose from, as msgids."""

from buurtnet.kit.text import N_
from buurtnet.people.rules import CONSENTS, FIRST_LANGUAGES, LANGUAGES, PICTURES, PIN_PICTURES, REASONS
from buurtnet.people.rules.choices import REACHES
from buurtnet.web.language import _, current_language

PICTURE_NAMES = (
    N_("Cat"),
    N_("Bird"),
    N_("Fish"),
    N_("Tree"),
    N_("Flower"),
    N_("Leaf"),
    N_("Apple"),
    N_("Cherries"),
    N_("Sun"),
    N_("Moon"),
    N_("Star"),
    N_("Cloud"),
    N_("Umbrella"),
    N_("Key"),
    N_("Bell"),
    N_("Anchor"),
)
PART_ICONS = ("sunrise", "sun", "sunset", "moon")
REASON_WORDS = dict(
    zip(
        REASONS,
        (
            N_("The person asked for it"),
            N_("Calling back"),
            N_("Following up"),
            N_("Introducing two people"),
            N_("Somebody's safety"),
        ),
        strict=True,
    )
)
CONSENT_WORDS = dict(
    zip(
        CONSENTS,
        (
            N_("Buurtnet keeps what I write, to find neighbours who fit. My worker can read it too."),
            N_("A neighbour sees my name only after we both said yes."),
        ),
        strict=True,
    )
)
STATE_WORDS = {"active": N_("takes part"), "paused": N_("pauses"), "blocked": N_("blocked"), "erased": N_("gone")}


def picture_choices(count: int = len(PICTURES)) -> list[tuple[int, str, str]]:
    """The pictures as choices of a form: number, name, icon."""
    return [(number, _(name), icon) for number, (name, icon) in enumerate(zip(PICTURE_NAMES, PICTURES, strict=True), 1)][:count]


def pin_choices() -> list[tuple[int, str, str]]:
    """The pictures of which a PIN is made."""
    return picture_choices(PIN_PICTURES)


def first_languages(chosen: list[str] | None = None) -> list[tuple[str, str]]:
    """Languages to tap: the most frequent ones and those chosen already, the reader's own first."""
    own = current_language().code
    codes: dict[str, None] = dict.fromkeys([own, *FIRST_LANGUAGES, *(chosen or [])])
    return [(code, LANGUAGES[code]) for code in codes if code in LANGUAGES]


def other_languages() -> list[tuple[str, str]]:
    """The rest, in the order of their names."""
    return sorted(((code, name) for code, name in LANGUAGES.items() if code not in FIRST_LANGUAGES), key=lambda pair: pair[1].casefold())


def reach_choices() -> list[tuple[int, str]]:
    """How far somebody goes, as choices of a form."""
    return [(level, _(text)) for level, text in enumerate(REACHES)]


def reason_choices() -> list[tuple[str, str]]:
    """Why a worker opens something, as choices of a form."""
    return [(code, _(text)) for code, text in REASON_WORDS.items()]
