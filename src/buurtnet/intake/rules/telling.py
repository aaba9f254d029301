"""Whether a message asks or offers, whose it is and by which number: read from the small words of five languages
(words.toml).

A guess that a worker checks: where it is not clear, the row says so.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import phonenumbers

from buurtnet.intake.schemas import Soon
from buurtnet.kit.words import INVISIBLE, fold, split_words

WORDS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
CLEAR, HINT = 2, 1
"""What a clear word counts, and one that only hints."""


def _any_of(words: Sequence[str], parts: Sequence[str] = ()) -> re.Pattern[str]:
    return re.compile("|".join([*(rf"\b(?:{word})\b" for word in words), *parts]))


def _both(side: str) -> dict[int, re.Pattern[str]]:
    words = WORDS[side]
    return {CLEAR: _any_of(words["clear"], words["clear_parts"]), HINT: _any_of(words["hints"], words["hint_parts"])}


NEED, OFFER = _both("asks"), _both("offers")
TODAY, WEEK = _any_of(WORDS["soon"]["today"]), _any_of(WORDS["soon"]["week"])
HELLO, NO_NAMES, TITLES = (frozenset(WORDS["talk"][key].split()) for key in ("hello", "no_names", "titles"))
SENTENCE = re.compile(r"[^.!?؟\n]+[.!?؟]*")
NAME = r"([A-ZÀ-ÖØ-ÞŠŽĞİŞÇÖÜ][\w'’-]{1,30}|[\u0621-\u064a]{2,20})"
SELF = re.compile(
    r"(?:\b(?:[Ii]k ben|[Mm]ijn naam is|[Ii]k heet|[Jj]e m['’]appelle|[Mm]on nom est|[Mm]oi c['’]est|[Mm]y name is|[Ii]['’]?m|[Aa]dım|[Bb]en)|اسمي|انا)\s+"
    + NAME
)
SIGNED = re.compile(
    r"(?:groet(?:jes|en)?|mvg|liefs|bedankt|dankjewel|merci|cordialement|bisous|bien à vous|regards|thanks|cheers|sevgiler|selamlar|teşekkürler|شكرا|تحياتي)"
    r"[ ,.!\n]*\s" + NAME + r"\s*[.!]*\s*$",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"^\s*[-*•]?\s*"
    + NAME
    + r"(?=\s+(?:zoekt|vraagt|heeft|biedt|kan|wil|geeft|cherche|propose|demande|a besoin|offre|peut|donne|needs|offers|can|wants|gives|is looking"
    r"|arıyor|istiyor|veriyor|sunuyor)\b)\s+"
)
LEADS_IN = re.compile(
    r"[,(–-]?\s*\b(?:(?:mijn|m['’]n|mon|my|bel(?:len)?|me|mij|call|appele[zr]|moi|contact|via|op|het|au|at|on|gsm|tel|telefoon|téléphone|phone|mobiel|nummer|numéro|number|nr"
    r"|is|est|whatsapp|رقمي|رقم|هاتفي|هاتف|numaram|telefonum)[\s:.-]*)+$",
    re.IGNORECASE,
)
"""The words that lead to a number, which say nothing without it."""
EMAIL = re.compile(r"\S+@\S+\.\w+")


class Told(NamedTuple):
    """What a message asks and what it offers, without greetings, and whether that was clear."""

    asks: str
    offers: str
    sure: bool


def _plain(text: str) -> str:
    return " ".join(re.split(r"[\s'’-]+", fold(text)))


def weigh(sentence: str) -> int:
    """Above 0 where the sentence asks, below where it offers, 0 where it does neither; what does both asks."""
    plain = _plain(sentence)
    asks = sum(points for points, words in NEED.items() if words.search(plain))
    offers = sum(points for points, words in OFFER.items() if words.search(plain))
    return 0 if not asks and not offers else (asks if asks >= offers else -offers)


def split_sides(text: str) -> Told:
    """The sentences of a message on the side to which they belong; those that say nothing follow the one before, the first ones the next."""
    asks: list[str] = []
    offers: list[str] = []
    waiting: list[str] = []
    side: list[str] | None = None
    for part in SENTENCE.findall(text):
        if not (sentence := _without_hello(part.strip(" \t-•*"))):
            continue
        turn = weigh(sentence)
        side = asks if turn > 0 else offers if turn < 0 else side
        if side is None:
            waiting.append(sentence)
        else:
            side += [*waiting, sentence]
            waiting = []
    if waiting:  # Nothing tells: it stands where most things do, to be looked at.
        return Told(_sentence(waiting), "", False)
    return Told(_sentence(asks), _sentence(offers), bool(asks or offers))


def _sentence(parts: list[str]) -> str:
    text = " ".join(parts)
    return text[:1].upper() + text[1:]


def _without_hello(sentence: str) -> str:
    """The sentence without the greeting it begins with, where a comma parts the two; nothing where it only greets."""
    words = split_words(sentence)
    said = next((word for word in words if word.text not in HELLO), None)
    if said is None:
        return ""
    before = sentence[: said.start].rstrip()
    return sentence[said.start :] if before.endswith((",", "،", "-", ":")) else sentence


def find_name(text: str) -> tuple[str, str]:
    """The name with which somebody speaks of themselves, signs, or is spoken of at the beginning, and the text without it."""
    if (found := ABOUT.match(text)) and fold(found[1]) not in NO_NAMES:
        rest = text[found.end() :]
        return found[1], rest[:1].upper() + rest[1:]
    if found := SIGNED.search(text):
        return found[1], text[: found.start()].rstrip(" ,\n")
    if found := SELF.search(text):
        return found[1], (text[: found.start()] + text[found.end() :]).strip(" ,.\n")
    return "", text


def take_number(text: str, region: str) -> tuple[str, str]:
    """The first telephone number in the text, and the text without numbers and e-mail addresses: neighbours never read these."""
    number, left, at = "", "", 0
    for found in phonenumbers.PhoneNumberMatcher(text, region):
        number = number or phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
        left, at = left + LEADS_IN.sub("", text[at : found.start]), found.end
    without = re.sub(r"([.!?])\s*[.,]+", r"\1", EMAIL.sub("", left + text[at:]))
    return number, re.sub(r"[ \t]{2,}", " ", without).strip()


def how_soon(text: str) -> Soon:
    """Whether it is for today or for this week."""
    plain = _plain(text)
    return "today" if TODAY.search(plain) else "week" if WEEK.search(plain) else "any"


def given_name(written: str) -> str:
    """The first name of what stands in a list, without title; surnames are not taken over."""
    words = [
        word
        for word in re.sub(f"[{INVISIBLE}]", "", written).replace(",", " ").split()
        if fold(word).strip(".") not in TITLES and fold(word) != "~"
    ]
    return words[0].strip("~.;:")[:60] if words else ""
