"""Detectors of what has a form rather than words: numbers, addresses of the network, amounts. Every repetition is bounded."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from buurtnet.kit.words import Word

Place = tuple[int, int]
NEARBY_REGIONS = ("FR", "NL")
"""Countries whose numbers people here also write without a prefix."""
ACCOUNT_LENGTHS = {
    "BE": 16,
    "FR": 27,
    "NL": 18,
    "LU": 20,
    "DE": 22,
    "ES": 24,
    "IT": 27,
    "PT": 25,
    "PL": 28,
    "RO": 24,
    "TR": 26,
    "GB": 22,
    "CH": 21,
}
"""Signs of an international account number, by country."""

LETTER_O = re.compile(r"(?<=\d)[oO](?=[\d\s./-]|$)|(?<!\w)[oO](?=\d)")
NUMBER_START = re.compile(r"(?<!\d)(?=(?:\+|0)\d)")
DIGITS = re.compile(r"[+(\[]?\d[\d\s./()\[\]\u2010-\u2015-]{6,250}")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
HIDDEN_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s{0,3}(?:[(\[]\s?(?:at|a|apenstaartje|arobase)\s?[)\]]|\s(?:at|apestaart|apenstaartje|arobase)\s|@)\s{0,3}"
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|live|telenet|skynet|proximus|icloud|protonmail|proton|msn|voo|scarlet|gmx)\b",
    re.IGNORECASE,
)
HANDLE = re.compile(r"(?<![\w@./-])@[A-Za-z0-9_][A-Za-z0-9_.]{2,30}")
AMOUNT = re.compile(
    r"(?:€|£|\$|\beur(?:os?)?)\s{0,2}\d{1,7}(?:[.,]\d{1,3}){0,2}|(?<![\w.,])\d{1,7}(?:[.,]\d{1,3}){0,2}(?:\s{0,2}(?:€|£|\$)|\s{0,2}(?:euros?|eur|dirhams?|dh|يورو|اورو|أورو)\b)",
    re.IGNORECASE,
)
LINK = re.compile(
    r"\bhttps?://\S{1,500}|\bwww\.\S{1,300}"
    r"|(?<![\w@./-])(?:[A-Za-z0-9-]{1,63}\.){1,4}(?:be|com|net|org|fr|nl|eu|io|ly|gl|xyz|biz|brussels|vlaanderen|gent|uk|gd|ru|cc|tv|gg)(?![\w-])(?:/\S{0,300})?"
)
NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}[. ]?\d{2}[. ]?\d{2}[ .-]{0,3}\d{3}[ .-]{0,2}\d{2}(?!\d)")
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,3})?", re.IGNORECASE)
CARD = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?!\d)")
PATTERNS = (LETTER_O, NUMBER_START, DIGITS, EMAIL, HIDDEN_EMAIL, HANDLE, AMOUNT, LINK, NATIONAL_NUMBER, IBAN, CARD)

ZEROS = frozenset(("nul", "zero", "صفر", "sifir"))
NUMBER_WORDS = """
een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien
un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante
soixante septante octante huitante nonante one two three four five seven eight nine ten eleven twelve twenty thirty forty fifty
sixty seventy eighty ninety double واحد اثنان اثنين ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه
bir iki uc dort bes alti yedi sekiz dokuz on yirmi otuz kirk elli altmis yetmis seksen doksan yuz
"""
NUMBERS = ZEROS.union(NUMBER_WORDS.split())
TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")


def find_phones(text: str, words: Sequence[Word], region: str) -> Iterator[Place]:
    """Telephone numbers that can exist, of the region, its neighbours or with a country's prefix; the letter o beside digits is a zero."""
    for run in DIGITS.finditer(LETTER_O.sub("0", text)):
        for country in (region, *(other for other in NEARBY_REGIONS if other != region)):
            found = list(_read_phones(run.group(), country))
            if found:
                yield from ((run.start() + start, run.start() + end) for start, end in found)
                break


def _read_phones(run: str, country: str) -> Iterator[Place]:
    """The numbers in a run of digits: as it stands, else where it falls apart before a zero or a plus, else a mobile number without zero."""
    pieces = [(0, run)]
    for start, piece in pieces:
        if _count_digits(piece) < 8:
            continue
        matches = [
            match
            for match in PhoneNumberMatcher(piece, country, leniency=Leniency.VALID, max_tries=20)
            if _count_digits(match.raw_string) >= 8
        ]
        yield from ((start + match.start, start + match.end) for match in matches)
        if matches:
            continue
        if piece is run and _count_digits(run) >= 16:
            cuts = [found.start() for found in NUMBER_START.finditer(run)]
            pieces += [(cut, run[cut:end]) for cut, end in pairwise([*cuts, len(run)])]
        elif _is_bare_mobile(piece, country):
            yield start, start + len(piece.rstrip(" .-/()"))


def _count_digits(text: str) -> int:
    return sum(sign.isdecimal() for sign in text)


def _is_bare_mobile(run: str, country: str) -> bool:
    if _count_digits(run) != 9 or run[0] in "0٠+([":
        return False
    number = phonenumbers.PhoneNumber(
        country_code=phonenumbers.country_code_for_region(country), national_number=int("".join(filter(str.isdecimal, run)))
    )
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def find_spelled_numbers(text: str, words: Sequence[Word], region: str) -> Iterator[Place]:
    """Telephone numbers in words: a zero and at least four more number words after it."""
    at = 0
    while at < len(words):
        end = at + 1
        if words[at].text in ZEROS or words[at].text == "0":
            while end < len(words) and end - at < 20 and _is_number_word(words[end].text):
                end += 1
            if end - at >= 5 and sum(not word.text.isdecimal() for word in words[at:end]) >= 4:
                yield words[at].start, words[end - 1].end
        at = end


def _is_number_word(word: str) -> bool:
    return word in NUMBERS or word in ("en", "et") or word.endswith(TENS) or (word.isdecimal() and len(word) <= 2)


def find_all(pattern: re.Pattern[str]) -> Callable[[str, Sequence[Word], str], Iterator[Place]]:
    """A detector of every place where the expression stands."""

    def find(text: str, words: Sequence[Word], region: str) -> Iterator[Place]:
        return (found.span() for found in pattern.finditer(text))

    return find


def find_checked(pattern: re.Pattern[str], right: Callable[[str], bool]) -> Callable[[str, Sequence[Word], str], Iterator[Place]]:
    """A detector of the places where the expression stands and its check digits are right."""

    def find(text: str, words: Sequence[Word], region: str) -> Iterator[Place]:
        return (found.span() for found in pattern.finditer(text) if right("".join(sign for sign in found.group() if sign.isalnum())))

    return find


def is_national_number(digits: str) -> bool:
    """Whether the eleven digits can be a Belgian national register number: month, day and the remainder by 97 are right."""
    if not digits.isdecimal() or int(digits[2:4]) % 20 > 12 or int(digits[4:6]) > 31:
        return False
    first, check = int(digits[:9]), int(digits[9:])
    return 97 - first % 97 == check or 97 - (2_000_000_000 + first) % 97 == check


def find_accounts(text: str, words: Sequence[Word], region: str) -> Iterator[Place]:
    """International account numbers of the length of their country with the right remainder by 97 (ISO 13616)."""
    for found in IBAN.finditer(text):
        places = [place for place in range(*found.span()) if text[place].isalnum()]
        length = ACCOUNT_LENGTHS.get(text[places[0] : places[0] + 2].upper(), len(places))
        account = "".join(text[place] for place in places[:length]).upper()
        if (
            len(account) == length
            and account.isascii()
            and int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1
        ):
            yield places[0], places[length - 1] + 1


def is_card(digits: str) -> bool:
    """Whether the check digit of a payment card is right (Luhn)."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and digits.strip("0") != ""


DETECTORS: dict[str, Callable[[str, Sequence[Word], str], Iterator[Place]]] = {
    "<phone>": find_phones,
    "<spelled-number>": find_spelled_numbers,
    "<email>": find_all(EMAIL),
    "<hidden-email>": find_all(HIDDEN_EMAIL),
    "<handle>": find_all(HANDLE),
    "<amount>": find_all(AMOUNT),
    "<link>": find_all(LINK),
    "<national-number>": find_checked(NATIONAL_NUMBER, is_national_number),
    "<iban>": find_accounts,
    "<payment-card>": find_checked(CARD, is_card),
}
"""Every detector by the name that rules use; each takes the text, its words and the country of numbers without prefix."""
