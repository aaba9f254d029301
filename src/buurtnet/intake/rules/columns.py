"""Which column of a list says what, by its heading or by what stands in it; a column that nobody needs is not taken over."""

from collections.abc import Mapping, Sequence
from functools import cache

from babel import Locale

from buurtnet.intake.rules.sheets import Rows
from buurtnet.intake.rules.telling import WORDS, given_name, how_soon, split_sides, take_number
from buurtnet.intake.schemas import Found, Reading
from buurtnet.kit.words import fold, split_words
from buurtnet.people.rules import LANGUAGES

HEADINGS = {key: words.split() for key, words in WORDS["headings"].items()}
NOT_TAKEN = frozenset(HEADINGS.pop("none"))
BY_WORD = {word: key for key, words in HEADINGS.items() for word in words}


def read_heading(cell: str) -> str | None:
    """What the column with that heading says, None where nobody needs it."""
    words = [word.text for word in split_words(cell)]
    if not words or NOT_TAKEN & set(words):
        return None
    found = [BY_WORD[word] for word in words if word in BY_WORD]
    if "asks" in found and "offers" in found:
        return "kind"
    return found[0] if found else None


def find_columns(rows: Rows) -> tuple[list[str | None], Rows] | None:
    """What each column says, and the rows below the headings; None where the table has neither headings nor columns that tell by themselves."""
    heads = [read_heading(cell) for cell in rows[0]]
    if len([head for head in heads if head]) >= 2 or (len(rows[0]) > 1 and "name" in heads and len(rows) > 1):
        return heads, rows[1:]
    return None


def guess_columns(rows: Rows, region: str) -> list[str | None]:
    """The same for rows without headings, such as cells pasted from a spreadsheet: a number, a name, and the words."""
    width = max(len(row) for row in rows)
    columns = [[row[at] for row in rows if at < len(row) and row[at]] for at in range(width)]
    heads: list[str | None] = [None] * width
    for at, cells in enumerate(columns):
        if cells and sum(bool(take_number(cell, region)[0]) for cell in cells) * 2 > len(cells):
            heads[at] = "phone"
        elif cells and sum(len(cell.split()) >= 3 for cell in cells) * 2 >= len(cells):
            heads[at] = "said"
        elif cells and "name" not in heads and all(any(sign.isalpha() for sign in cell) for cell in cells):
            heads[at] = "name"
    return heads


def read_rows(heads: Sequence[str | None], rows: Rows, titles: Sequence[str], region: str) -> Reading:
    """Each row as one person; what has no name, no number and no words is left out."""
    found = [_read_row(heads, row, region) for row in rows]
    left = [title for title, head in zip(titles, heads, strict=False) if head is None and title]
    return Reading(rows=[one for one in found if one.name or one.phone or one.said], columns_left=left)


def _read_row(heads: Sequence[str | None], row: Sequence[str], region: str) -> Found:
    cells: dict[str, str] = {}
    for head, cell in zip(heads, row, strict=False):
        if head and cell:
            cells[head] = f"{cells[head]}\n{cell}" if head in cells else cell
    phone, said = take_number(cells.get("said", ""), region)
    asks, offers = (take_number(cells.get(key, ""), region)[1] for key in ("asks", "offers"))
    told = split_sides(said)
    if side := read_kind(cells.get("kind", "")):
        asks, offers = (asks or said, offers) if side == "need" else (asks, offers or said)
        sure = True
    elif asks or offers:
        asks, offers, sure = asks or told.asks if told.sure else asks, offers or told.offers if told.sure else offers, True
    else:
        asks, offers, sure = told.asks, told.offers, told.sure or not said
    number = take_number(cells.get("phone", ""), region)[0] or phone
    words = [cells[key] for key in ("asks", "offers", "said") if key in cells]
    return Found(
        name=given_name(cells.get("first") or cells.get("name", "")),
        phone=number,
        place=cells.get("place", ""),
        languages=tuple(read_languages(cells.get("languages", ""))),
        asks=asks,
        offers=offers,
        about=cells.get("about", ""),
        said="\n".join(words),
        sure=sure,
        soon=how_soon(asks),
    )


def read_kind(cell: str) -> str | None:
    """`need` or `offer`, as a column says it; None where it says neither."""
    keys = {BY_WORD.get(word.text) for word in split_words(cell)} & {"asks", "offers"}
    return None if len(keys) != 1 else "need" if "asks" in keys else "offer"


@cache
def _language_names() -> dict[str, str]:
    """Codes of languages by their folded names, in the languages of the screens and by their own."""
    names = {fold(own): code for code, own in LANGUAGES.items()}
    for locale in ("nl", "fr", "en", "ar", "tr"):
        spoken = Locale(locale).languages
        names |= {fold(spoken[code]): code for code in LANGUAGES if code in spoken}
    return (
        names
        | {code: code for code in LANGUAGES if len(code) == 2}
        | {"berbers": "zgh", "tamazight": "zgh", "dari": "fa", "farsi": "fa", "koerdisch": "ku"}
    )


def read_languages(cell: str) -> list[str]:
    """The codes of the languages that are named, in that order, each once."""
    names = _language_names()
    found = [names[word.text] for word in split_words(cell) if word.text in names]
    return list(dict.fromkeys(found))[:12]


def find_place(written: str, places: Mapping[int, Sequence[str]]) -> int | None:
    """The neighbourhood that is named in the words, by its names in all languages; None where none is, or more than one."""
    plain = f" {' '.join(word.text for word in split_words(written))} "
    found = {
        identity
        for identity, names in places.items()
        if any(f" {' '.join(word.text for word in split_words(name))} " in plain for name in names if name)
    }
    return found.pop() if len(found) == 1 else None
