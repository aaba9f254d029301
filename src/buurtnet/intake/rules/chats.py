"""Messages: what was copied from a chat group, its export, or loose lines, one person each."""

import re

from buurtnet.intake.rules.columns import find_columns, guess_columns, read_rows
from buurtnet.intake.rules.sheets import LONGEST_CELL, MOST_ROWS, TOO_MANY, Rows, read_bytes, read_table
from buurtnet.intake.rules.telling import find_name, given_name, how_soon, split_sides, take_number
from buurtnet.intake.schemas import Found, Reading
from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_
from buurtnet.kit.words import fold
from buurtnet.themes.rules.suggestions import suggest_themes

NOTHING = N_("We found nobody in it. Paste a message, or a list with a name on each line.")
DAY, TIME = r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[APap]\.?[Mm]\.?)?"
STAMP = re.compile(
    rf"^[\u200e\u200f]*(?:\[{DAY},? (?:om |à )?{TIME}\]|{DAY},? (?:om |à |at )?{TIME} [-–]) *(?:~ ?)?(?:([^:\n]{{1,60}}): )?(.*)$"
    r"|^([^,\n:]{1,60}), \[[^\]\n]+\]:? *(.*)$"
)
"""The line with which a message begins in the exports of chat programs: whose it is, and its first words."""
OMITTED = re.compile(r"<[^>]*>|\b(?:weggelaten|omitted|omis|omise|dahil edilmedi|deleted|verwijderd|supprime)\b")
ITEM = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
SPEAKER = re.compile(r"^\s*([^\W\d][\w'’ -]{1,30}|\+?[\d ./-]{8,20}): +(.+)$")


def read_people(data: bytes, region: str) -> Reading | str:
    """The people in a file or a text, or why there are none, as a msgid."""
    try:
        read = read_bytes(data)
        reading = read_pasted(read, region) if isinstance(read, str) else read_list(read, region, loose=True) if read else None
    except Invalid as refusal:
        return refusal.errors["list"]
    return reading if reading is not None and reading.rows else NOTHING


def read_pasted(text: str, region: str) -> Reading:
    """The people in a pasted text: a table where it is one, the messages of a chat, lines, or one message; Invalid where they are too many."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if (chat := read_chat(text)) is not None:
        rows = [one for name, said in chat if (one := _read_message(name, said, region))]
        kept = [one for one in rows if _tells(one)][-MOST_ROWS:]
        return Reading(rows=kept, left_out=len(rows) - len(kept))
    if (rows := read_table(text)) and (table := read_list(rows, region, loose="\t" in text)):
        return table
    messages = split_messages(text)
    if len(messages) > MOST_ROWS:
        raise Invalid({"list": TOO_MANY})
    return Reading(rows=[one for name, said in messages if (one := _read_message(name, said, region))])


def read_list(rows: Rows, region: str, *, loose: bool) -> Reading | None:
    """The people of a table by its headings; without any only where it is certainly one (`loose`), None otherwise."""
    if (found := find_columns(rows)) is not None:
        return read_rows(*found, titles=rows[0], region=region)
    return read_rows(guess_columns(rows, region), rows, (), region) if loose else None


def read_chat(text: str) -> list[tuple[str, str]] | None:
    """Who wrote what in the export of a chat, one message after the other; None where it is no such export."""
    messages: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if found := STAMP.match(line):
            messages.append((found[1] or found[3] or "", [found[2] or found[4] or ""]))
        elif messages:
            messages[-1][1].append(line)
        elif line.strip():
            return None
    said = [(name.strip(), "\n".join(lines).strip()) for name, lines in messages if name.strip()]
    return [(name, words) for name, words in said if words and not OMITTED.search(fold(words))] if messages else None


def split_messages(text: str) -> list[tuple[str, str]]:
    """Who says what in loose text: items of a list, lines that begin with a name, paragraphs, or all of it as one message."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(ITEM.match(line) for line in lines):
        return [_speaker(ITEM.sub("", line)) for line in lines]
    if len(lines) > 1 and all(SPEAKER.match(line) for line in lines):
        return [_speaker(line) for line in lines]
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    if len(blocks) == 1 and len(lines) > 1 and all(find_name(line)[0] for line in lines):
        return [("", line) for line in lines]
    return [_speaker(block) for block in blocks]


def _speaker(said: str) -> tuple[str, str]:
    found = SPEAKER.match(said) if "\n" not in said else None
    return (found[1], found[2]) if found else ("", said)


def _read_message(sender: str, said: str, region: str) -> Found | None:
    said = said[:LONGEST_CELL]
    phone, words = take_number(said, region)
    number = take_number(sender, region)[0]
    name, words = (given_name(sender), words) if sender and not number else find_name(words)
    told = split_sides(words)
    if not (told.asks or told.offers or name or phone or number):
        return None
    return Found(
        name=name, phone=phone or number, place=said, asks=told.asks, offers=told.offers, said=said, sure=told.sure, soon=how_soon(words)
    )


def _tells(found: Found) -> bool:
    """Whether a message of a chat asks or offers something, as against all that people write to each other."""
    return found.sure or bool(suggest_themes(found.asks, "nl"))
