"""How many people live where, as a publisher's table tells: one row a code, or several that are told apart by age, sex and the like."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from buurtnet.geography.rules.attributes import find_field
from buurtnet.geography.schemas import Area, Count, Source, Table, Wrong
from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_

SEPARATORS = "|;\t,"
MOST = 50_000_000
"""More people than any code of a country that stands here."""
PEOPLE = ["population", "people", "inhabitants", "inwoners", "bevolking", "habitants"]
ADULTS = ["adults", "volwassenen", "adultes"]
"""The columns of a list that somebody made themselves: a code, a number, the adults where they are known."""


class ColumnsMissing(Invalid):
    """The population file lacks a column."""

    text = N_("The population file has no column %(missing)s. Columns in the file: %(fields)s.")


class NobodyCounted(Invalid):
    """The population file has no row."""

    text = N_("There is no row in the population file.")


class PopulationOfElsewhere(Invalid):
    """The population file speaks of other codes."""

    text = N_("The population file has none of the codes of these neighbourhoods. It is probably of another year.")


class Told(msgspec.Struct):
    """What a table tells: the count of each code that can be trusted, and what is wrong with the others."""

    rows: int = 0
    counts: dict[str, Count] = {}
    summed: int = 0
    doubles: list[str] = []
    torn: list[str] = []
    negative: list[Wrong] = []
    no_number: list[Wrong] = []
    too_many_adults: list[Wrong] = []


class _Columns(NamedTuple):
    code: int
    people: int
    adults: int | None


def read_table(lines: Iterable[str], source: Source) -> Told:
    """The counts of a table with the source's columns, or of a plain list of codes and numbers; refuses a table without them.

    Rows of one code are summed where another column tells them apart (an age, a sex). A row that stands twice counts once. Where two rows
    that are alike tell two numbers, or one holds no number, nobody knows what is true: the code stays without a count.
    """
    header, rows = _open(lines)
    columns = _find_columns(header, source)
    told, read, bad = Told(), dict[str, dict[tuple[str, ...], Count]](), set[str]()
    doubles, torn = set[str](), set[str]()
    for number, cells in rows:
        told.rows += 1
        code = cells[columns.code]
        count = _read_count(cells, columns, number, told)
        if count is None or not code:
            bad.add(code)
            continue
        alike = tuple(cell for place, cell in enumerate(cells) if place not in columns[1:])
        before = read.setdefault(code, {}).get(alike)
        if before is not None:
            (doubles if before == count else torn).add(code)
        read[code][alike] = count
    if not told.rows:
        raise NobodyCounted
    trusted = {code: list(counts.values()) for code, counts in read.items() if code not in bad | torn}
    told.counts = {code: _sum(counts) for code, counts in trusted.items()}
    told.summed = sum(len(counts) > 1 for counts in trusted.values())
    told.doubles, told.torn = sorted(doubles - torn), sorted(torn)
    return told


def _open(lines: Iterable[str]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The names of the columns, and the rows under them with their number; what stands between cells is the sign that the first line has most."""
    stream = iter(lines)
    first = next(stream, "").lstrip("\ufeff")
    separator = max(SEPARATORS, key=first.count)
    header = [field.strip() for field in next(csv.reader([first], delimiter=separator), [])]
    cells = ([" ".join(cell.split()) for cell in row] for row in csv.reader(stream, delimiter=separator))
    return header, ((number, row + [""] * (len(header) - len(row))) for number, row in enumerate(cells, 2) if any(row))


def _find_columns(header: Sequence[str], source: Source) -> _Columns:
    plain = Table(code=[*source.code, "code"], population=PEOPLE)
    tables = [source.table, plain] if source.table else [plain]
    found = [[find_field(header, wanted) for wanted in (table.code, table.population, ADULTS)] for table in tables]
    for code, people, adults in found:
        if code is not None and people is not None:
            return _Columns(header.index(code), header.index(people), None if adults is None else header.index(adults))
    wanted = (tables[0].code, tables[0].population)
    missing = [names[0] for names, name in zip(wanted, found[0], strict=False) if name is None]
    raise ColumnsMissing(missing=", ".join(missing), fields=", ".join(header) or "–")


def _read_count(cells: Sequence[str], columns: _Columns, row: int, told: Told) -> Count | None:
    """The numbers of a row, or None where one cannot be true; what is wrong is written down."""
    numbers: list[int | None] = []
    for place in columns[1:]:
        text = "" if place is None else cells[place]
        if place is None or (place == columns.adults and not text):
            numbers.append(None)
        elif text.isascii() and text.isdigit() and int(text[:12]) <= MOST and len(text) < 12:
            numbers.append(int(text))
        else:
            minus = text.startswith(("-", "−")) and text[1:].strip().isdigit()
            (told.negative if minus else told.no_number).append(Wrong(row, cells[columns.code], text))
            return None
    people, adults = numbers
    if people is None:
        return None
    if adults is not None and adults > people:
        told.too_many_adults.append(Wrong(row, cells[columns.code], f"{adults} > {people}"))
        return None
    return Count(people, adults)


def _sum(counts: Sequence[Count]) -> Count:
    adults = [count.adults for count in counts]
    return Count(sum(count.people for count in counts), None if None in adults else sum(count for count in adults if count is not None))


def count_in(area: Area, counts: Mapping[str, Count]) -> None:
    """Writes beside the neighbourhood the people of all codes that it holds: nothing where one of them is not told.

    Nobody lives where the count is zero; where somebody does now and nobody did before, people live there again.
    """
    held = [counts.get(code) for code in area.codes]
    if all(count is None for count in held):
        return
    known = [count for count in held if count is not None]
    total = _sum(known) if len(known) == len(held) else None
    area.inhabited = (area.inhabited or area.population == 0) and (total is None or total.people > 0)
    area.population, area.adults = (total.people, total.adults) if total else (None, None)
