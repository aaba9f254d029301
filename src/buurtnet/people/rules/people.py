"""Pure decisions about people: addresses, languages, pictures, names, times."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import phonenumbers

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.people.schemas import EVERY_SLOT, Address

LANGUAGES = {
    "nl": "Nederlands",
    "fr": "Français",
    "en": "English",
    "ar": "العربية",
    "tr": "Türkçe",
    "es": "Español",
    "ro": "Română",
    "pl": "Polski",
    "bg": "Български",
    "fa": "فارسی",
    "uk": "Українська",
    "ps": "پښتو",
    "ru": "Русский",
    "pt": "Português",
    "it": "Italiano",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "sq": "Shqip",
    "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "rif": "Tarifit",
    "ku": "Kurdî",
    "ckb": "کوردی",
    "so": "Soomaali",
    "ti": "ትግርኛ",
    "am": "አማርኛ",
    "om": "Afaan Oromoo",
    "sw": "Kiswahili",
    "ln": "Lingála",
    "ff": "Pulaar",
    "wo": "Wolof",
    "bm": "Bamanankan",
    "ha": "Hausa",
    "yo": "Yorùbá",
    "ig": "Igbo",
    "rw": "Ikinyarwanda",
    "rn": "Ikirundi",
    "ur": "اردو",
    "pa": "ਪੰਜਾਬੀ",
    "bn": "বাংলা",
    "hi": "हिन्दी",
    "ne": "नेपाली",
    "ta": "தமிழ்",
    "zh": "中文",
    "vi": "Tiếng Việt",
    "th": "ไทย",
    "tl": "Tagalog",
    "id": "Bahasa Indonesia",
    "ja": "日本語",
    "ko": "한국어",
    "hu": "Magyar",
    "cs": "Čeština",
    "sk": "Slovenčina",
    "sh": "Bosanski, hrvatski, srpski",
    "mk": "Македонски",
    "rom": "Romani",
    "hy": "Հայերեն",
    "ka": "ქართული",
    "az": "Azərbaycanca",
    "syr": "ܣܘܪܝܝܐ",
    "he": "עברית",
    "vgt": "Vlaamse Gebarentaal",
    "sfb": "Langue des signes (LSFB)",
}
"""Languages people say they speak, by their own names. Only ever added to at the end: the place of a code is its bit in the database."""
LANGUAGE_CODES = tuple(LANGUAGES)
FIRST_LANGUAGES = LANGUAGE_CODES[:12]
"""Those offered as chips; the others stand in a list below them."""

CONSENTS = ("take_part", "shown_after_yes")
"""What everybody who takes part agrees to: that what they wrote is kept and matched; that their name is shown once both said yes."""
CONSENT_VERSION = "2026-11-22"
"""The version of the privacy statement and the house rules (reading/templates) that people agree to: a day, which those pages show."""
REASONS = ("asked", "call_back", "follow_up", "introduce", "safety")
"""Why a worker opens somebody's contact details or acts for them; what stands in the audit."""
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
JOIN_LIFE = timedelta(minutes=40)
"""How long a proven address waits for the rest of what somebody types when they join."""
LONG, SHORT, STAFF = timedelta(days=30), timedelta(hours=1), timedelta(hours=12)
PIN_PICTURES = 12
CARD_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Signs that nobody mistakes for another one, read aloud or printed."""

PICTURES = (
    "cat",
    "bird",
    "fish",
    "tree-pine",
    "flower",
    "leaf",
    "apple",
    "cherry",
    "sun",
    "moon",
    "star",
    "cloud",
    "umbrella",
    "key",
    "bell",
    "anchor",
)
"""The pictograms by which people of one address know their own account, by icon name; `person.picture` counts from 1."""


def language_bits(codes: Iterable[str]) -> int:
    """The languages as a set of bits, one for each code of LANGUAGE_CODES; unknown codes are left out."""
    wanted = set(codes)
    return sum(1 << place for place, code in enumerate(LANGUAGE_CODES) if code in wanted)


def languages_of(bits: int) -> list[str]:
    """The codes whose bits are set, in the order of LANGUAGE_CODES."""
    return [code for place, code in enumerate(LANGUAGE_CODES[: bits.bit_length()]) if bits >> place & 1]


def picture_icon(picture: int) -> str:
    """The icon of a picture's number."""
    return PICTURES[(picture - 1) % len(PICTURES)]


def own_name(code: str) -> str:
    """The language by its own name; the code itself where it is none of ours."""
    return LANGUAGES.get(code, code)


def check_languages(codes: Iterable[str]) -> list[str]:
    """The languages, each once, first language first; Invalid where one is unknown, none is there or more than twelve are."""
    chosen = list(dict.fromkeys(codes))
    if not chosen:
        raise Invalid({"languages": N_("Choose at least one language.")})
    if len(chosen) > 12 or any(code not in LANGUAGES for code in chosen):
        raise Invalid({"languages": N_("Choose languages from the list, at most twelve.")})
    return chosen


def merge_languages(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The languages of two accounts of one person, first language first, at most twelve."""
    return list(dict.fromkeys([*mine, *theirs]))[:12]


# --- addresses ---------------------------------------------------------------------------------------------------------------------

EMAIL_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})")
LONGEST_ADDRESS = 254
NO_ADDRESS = N_("Write your e-mail address or your mobile number.")
NO_EMAIL = N_("This e-mail address does not look right. Look at each letter.")
NO_PHONE = N_("This number does not look right. Look at each digit.")
NO_MOBILE = N_("We can only send a message to a mobile number.")
MOBILE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})


def normalise_address(typed: str, region: str) -> Address:
    """The e-mail address or mobile number that was typed, in the one form it is stored in; Invalid where it is neither."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        raise Invalid({"address": NO_ADDRESS})
    if len(text) > LONGEST_ADDRESS:
        raise Invalid({"address": NO_EMAIL if "@" in text else NO_PHONE})
    return _normalise_email(text) if "@" in text else normalise_phone(text, region)


def _normalise_email(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    try:
        ascii_domain = domain.lower().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        raise Invalid({"address": NO_EMAIL}) from None
    value = f"{local}@{ascii_domain}"
    fits = len(local) <= 64 and len(ascii_domain) <= 253 and len(value) <= LONGEST_ADDRESS
    if not (fits and EMAIL_LOCAL.fullmatch(local) and DOMAIN.fullmatch(ascii_domain)):
        raise Invalid({"address": NO_EMAIL})
    return Address(channel="email", value=value, key=value.casefold())


def normalise_phone(typed: str, region: str, *, to_call: bool = False) -> Address:
    """The number as E.164, read as one of the region where it has no prefix; Invalid where no text message can reach it, unless it is to call."""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", typed).strip()[:64], region)
    except phonenumbers.NumberParseException:
        raise Invalid({"address": NO_PHONE}) from None
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise Invalid({"address": NO_PHONE})
    if not to_call and phonenumbers.number_type(number) not in MOBILE:
        raise Invalid({"address": NO_MOBILE})
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Address(channel="sms", value=value, key=value)


def normalise_any_address(typed: str, region: str) -> Address:
    """An e-mail address or any telephone number, landlines too."""
    return normalise_address(typed, region) if "@" in typed or not typed else normalise_phone(typed, region, to_call=True)


def mask_address(channel: str, value: str) -> str:
    """Enough of the address to recognise it, too little to learn it."""
    if channel == "email":
        local, _, domain = value.rpartition("@")
        return f"{local[:2]}…@{domain}"
    return f"{value[:3]} … {value[-2:]}"


def address_lookup(vault: Vault, address: Address) -> bytes:
    """The blind index by which an address is found."""
    return vault.blind("sign-in", address.key)


# --- codes, cards, pictures --------------------------------------------------------------------------------------------------------


def sign_in_digits(vault: Vault, code_id: UUID) -> str:
    """The six digits of a code, derived anew each time so that they are stored nowhere."""
    return vault.digits("sign-in code", str(code_id), 6)


def plain_digits(typed: str) -> str:
    """The digits in what was typed, whichever script and spacing they came in."""
    return "".join(str(unicodedata.decimal(sign)) for sign in typed if unicodedata.decimal(sign, None) is not None)


def plain_card_code(typed: str) -> str:
    """The eight signs of a card's code without spaces and dashes; empty where it cannot be one."""
    text = re.sub(r"[\s.–—-]", "", unicodedata.normalize("NFKC", typed)).upper()
    return text if len(text) == 8 and set(text) <= set(CARD_ALPHABET) else ""


def pin_text(pictures: Sequence[int]) -> str:
    """Four pictures as one secret; Invalid where they are not four."""
    if len(pictures) != 4 or any(not 1 <= picture <= PIN_PICTURES for picture in pictures):
        raise Invalid({"pin": N_("Choose four pictures.")})
    return "-".join(str(picture) for picture in pictures)


def pin_is_easy(pictures: Sequence[int]) -> bool:
    """Whether the four pictures are the same one four times."""
    return len(set(pictures)) == 1


def session_life(*, stay: bool, discreet: bool) -> timedelta:
    """How long a resident stays signed in: a month on an own phone, an hour on one that others use."""
    return LONG if stay and not discreet else SHORT


# --- what people say about themselves ----------------------------------------------------------------------------------------------

UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


def clean_name(typed: str) -> str:
    """The name without signs nobody sees; Invalid where it is empty, longer than 60 signs, or an address or number instead."""
    text = " ".join(UNSEEN.sub("", unicodedata.normalize("NFC", typed)).split())
    if not text or len(text) > 60 or any(unicodedata.category(sign).startswith("C") for sign in text):
        raise Invalid({"given_name": N_("Write a name of at most 60 letters.")})
    if "@" in text or "://" in text or sum(sign.isdigit() for sign in text) > 3:
        raise Invalid({"given_name": N_("Write only a name here, no number and no address.")})
    return text


def slots_bits(places: Iterable[int]) -> int:
    """The dayparts as bits: place 0 is Monday morning, 27 Sunday night; none at all means any time."""
    bits = sum(1 << place for place in set(places) if 0 <= place < 28)
    return bits or EVERY_SLOT


def slots_places(bits: int) -> list[int]:
    """The places whose bits are set."""
    return [place for place in range(28) if bits >> place & 1]
