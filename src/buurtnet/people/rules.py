"""Pure decisions about people: addresses, languages, pictures, names, times."""

from collections.abc import Iterable

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
    return [code for place, code in enumerate(LANGUAGE_CODES) if bits >> place & 1]


def picture_icon(picture: int) -> str:
    """The icon of a picture's number."""
    return PICTURES[(picture - 1) % len(PICTURES)]
