"""What may be asked of each address. Whatever is not understood is refused and named (Part 1, requirements 5 and 6), never guessed or ignored."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from buurtnet.kit.errors import Invalid, Refusal
from buurtnet.kit.text import N_
from buurtnet.network.schemas import WINDOWS, Mark
from buurtnet.ogc.rules.boxes import Box, read_box
from buurtnet.ogc.rules.crs import BY_URI, CRS84, Crs
from buurtnet.ogc.rules.times import Span, read_month, read_time
from buurtnet.ogc.schemas import Collection

Form = Literal["json", "html"]
FORMS: tuple[Form, ...] = ("json", "html")
SOME, MOST = 100, 500
"""Features of a page unless something else is asked, and at most."""
LONGEST = 4000
"""Signs of one value that is still looked at."""
PLAIN = ("f",)
ONE = ("f", "crs")
LISTED = ("f", "crs", "limit", "after", "bbox", "bbox-crs", "datetime", "municipality", "code")
ASKABLE: Mapping[Collection, tuple[str, ...]] = {
    Collection.NEIGHBOURHOODS: LISTED,
    Collection.MEASURES: (*LISTED, "month", "window", "mark"),
}
"""The parameters of the items of each collection."""
ASSUMED = max(WINDOWS)
"""The window unless another one is asked."""


class AskedWrongly(Invalid):
    """An address with something in it that is not understood; `errors` says what, by parameter."""

    status = 400
    text = N_("Something in the address is not right.")


class NotOffered(Refusal):
    """A form that nothing here comes in."""

    status = 406
    text = N_("This comes as JSON or as a page, in no other form.")


UNKNOWN = N_("This word is not known here.")
TWICE = N_("Say this once.")
NO_LIMIT = N_("Give a whole number of 1 or more.")
NO_BOX = N_("Give four numbers with commas: west, south, east, north, as the coordinate system orders them.")
NO_CRS = N_("This coordinate system is not offered. The list stands with the collection.")
NO_TIME = N_("Write a day as 2026-10-31, a moment as 2026-10-31T12:00:00Z, two of them with a slash.")
NO_MONTH = N_("Write a month as 2026-10.")
NO_WINDOW = N_("The window is 3 or 12 months.")
NO_MARK = N_("Choose one of these: shown, suppressed, inactive, uninhabited, unpublished.")
NO_FORM = N_("Choose json or html.")
NO_TEXT = N_("There is a sign in it that does not belong there, or it is too long.")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of a collection; None is everything."""

    crs: Crs = CRS84
    limit: int = SOME
    after: str | None = None
    boxes: list[Box] | None = None
    box_crs: Crs = CRS84
    days: Span | None = None
    month: Span | None = None
    municipality: str | None = None
    code: str | None = None
    window: int = ASSUMED
    mark: Mark | None = None


def read_said(pairs: Iterable[tuple[str, str]], known: Sequence[str]) -> dict[str, str]:
    """What was said by parameter; AskedWrongly where one is not known, said twice, or no text."""
    said: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            wrong[_tame(name)] = UNKNOWN
        elif name in said:
            wrong[name] = TWICE
        elif len(value) > LONGEST or not value.isprintable():
            wrong[name] = NO_TEXT
        else:
            said[name] = value
    if wrong:
        raise AskedWrongly(wrong)
    return said


def _tame(name: str) -> str:
    """The name as an answer may repeat it."""
    return "".join(sign for sign in name[:40] if sign.isalnum() or sign in "-_") or "?"


def read_form(said: Mapping[str, str]) -> Form | None:
    """The form that the parameter `f` names; None where it names none."""
    for form in FORMS:
        if said.get("f") == form:
            return form
    if "f" in said:
        raise AskedWrongly({"f": NO_FORM})
    return None


def read_crs(said: Mapping[str, str]) -> Crs:
    """The system in which outlines are wanted."""
    if (crs := BY_URI.get(said.get("crs", CRS84.uri))) is None:
        raise AskedWrongly({"crs": NO_CRS})
    return crs


def read_asked(said: Mapping[str, str]) -> Asked:
    """What is wanted, each thing checked; AskedWrongly names all that is wrong with it."""
    wrong: dict[str, str] = {}
    crs, box_crs = BY_URI.get(said.get("crs", CRS84.uri)), BY_URI.get(said.get("bbox-crs", CRS84.uri))
    if crs is None:
        wrong["crs"] = NO_CRS
    if box_crs is None:
        wrong["bbox-crs"] = NO_CRS
    limit = _read_limit(said.get("limit", str(SOME)))
    boxes = read_box(said["bbox"], box_crs) if "bbox" in said and box_crs else None
    days = read_time(said["datetime"]) if "datetime" in said else None
    month = read_month(said["month"]) if "month" in said else None
    window = next((one for one in WINDOWS if said.get("window", str(ASSUMED)) == str(one)), None)
    mark = next((one for one in Mark if said.get("mark") == one.value), None)
    wrong |= {
        name: text
        for name, value, text in (
            ("limit", limit, NO_LIMIT),
            ("bbox", boxes if box_crs else (), NO_BOX),
            ("datetime", days, NO_TIME),
            ("month", month, NO_MONTH),
            ("window", window, NO_WINDOW),
            ("mark", mark, NO_MARK),
        )
        if name in said and value is None
    }
    if wrong or crs is None or box_crs is None or limit is None or window is None:
        raise AskedWrongly(wrong)
    return Asked(
        crs=crs,
        limit=limit,
        after=said.get("after"),
        boxes=boxes,
        box_crs=box_crs,
        days=days,
        month=month,
        municipality=said.get("municipality"),
        code=said.get("code"),
        window=window,
        mark=mark,
    )


def _read_limit(text: str) -> int | None:
    """How many; more than MOST is MOST, which is no mistake (Part 1, requirement 21)."""
    if not (text.isascii() and text.isdigit()):
        return None
    number = int(text[:20])
    return min(number, MOST) if number else None
