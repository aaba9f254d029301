"""From the fields of a publisher's file to neighbourhoods, as the source's entry in `geo/sources.toml` says."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from buurtnet.geography.schemas import Area, Names, Source
from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_

BRACKETS = re.compile(r"^(?P<name>.*\S)\s*\((?P<town>[^()]+)\)\s*$")


class FieldsMissing(Invalid):
    """The file lacks fields that its source should have."""

    text = N_("The file has no field %(missing)s. The source %(source)s needs it. Fields in the file: %(fields)s.")


class CodeMissing(Invalid):
    """A row has no code, so nobody can say which neighbourhood it is."""

    text = N_("Row %(row)s has no code in the field %(field)s.")


class NothingInIt(Invalid):
    """A file without a single neighbourhood."""

    text = N_("There is no neighbourhood in the file.")


Fields = Mapping[str, Sequence[Any]]


def find_field(fields: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The first field that fits one of the wanted names or patterns, whatever its case."""
    for pattern in wanted:
        for field in fields:
            if fnmatchcase(field.casefold(), pattern.casefold()):
                return field
    return None


def list_missing(fields: Sequence[str], source: Source) -> list[str]:
    """The names of the fields that the source must have and the file has not."""
    needed = [source.code, next(iter(source.name.values()))]
    if source.municipality_code:
        needed.append(source.municipality_code)
    needed += [[where.field] for where in (source.skip, source.uninhabited) if where]
    return [wanted[0] for wanted in needed if find_field(fields, wanted) is None]


def read_areas(fields: Fields, outlines: Sequence[Any], source: Source, *, named: str) -> list[Area]:
    """The neighbourhoods of the rows, without those that the source skips; refuses missing fields, missing codes and no rows at all."""
    present = list(fields)
    if missing := list_missing(present, source):
        raise FieldsMissing(missing=", ".join(missing), source=named, fields=", ".join(present) or "–")
    columns = _Columns(fields, source)
    areas: list[Area] = []
    for row, outline in enumerate(outlines):
        if columns.matches(row, source.skip):
            continue
        code = columns.text(row, source.code)
        if not code:
            raise CodeMissing(row=row + 1, field=find_field(present, source.code) or "")
        areas.append(_read_area(columns, row, code, outline))
    if not areas:
        raise NothingInIt
    return _settle_towns(areas, source)


class _Columns:
    """The fields of a file, looked up once for each wanted name."""

    def __init__(self, fields: Fields, source: Source) -> None:
        self.fields, self.source = fields, source
        self._found: dict[tuple[str, ...], Sequence[Any] | None] = {}
        self.parks = re.compile(source.uninhabited_codes) if source.uninhabited_codes else None

    def value(self, row: int, wanted: Sequence[str]) -> Any:
        key = tuple(wanted)
        if key not in self._found:
            field = find_field(list(self.fields), wanted)
            self._found[key] = None if field is None else self.fields[field]
        column = self._found[key]
        return None if column is None else column[row]

    def text(self, row: int, wanted: Sequence[str]) -> str:
        value = self.value(row, wanted)
        return "" if value is None or value != value else " ".join(str(value).split())

    def number(self, row: int, wanted: Sequence[str]) -> int | None:
        text = self.text(row, wanted)
        try:
            number = round(float(text))
        except (ValueError, OverflowError):
            return None
        return None if number < self.source.unknown_below else number

    def matches(self, row: int, where: Any) -> bool:
        return where is not None and self.text(row, [where.field]).casefold() in {value.casefold() for value in where.values}


def _read_area(columns: _Columns, row: int, code: str, outline: Any) -> Area:
    source = columns.source
    names = {language: text for language, wanted in source.name.items() if (text := columns.text(row, wanted))}
    town_names = {language: text for language, wanted in source.municipality_name.items() if (text := columns.text(row, wanted))}
    if source.municipality_in_brackets:
        names, town_names = split_brackets(names)
    population = columns.number(row, source.population) if source.population else None
    adults = columns.number(row, source.adults) if source.adults else None
    deserted = population == 0 or columns.matches(row, source.uninhabited) or bool(columns.parks and columns.parks.search(code))
    return Area(
        code=code,
        names=names or {next(iter(source.name)): code},
        town_code=columns.text(row, source.municipality_code) if source.municipality_code else code[: source.municipality_code_digits],
        town_names=town_names,
        outline=outline,
        population=population,
        adults=adults,
        inhabited=not deserted,
        codes=[code],
    )


def split_brackets(names: Names) -> tuple[Names, Names]:
    """The names without what stands in brackets at their end, and what stands there: the municipality."""
    fits = {language: BRACKETS.match(name) for language, name in names.items()}
    own = {language: fit["name"] if fit else names[language] for language, fit in fits.items()}
    return own, {language: " ".join(fit["town"].split()) for language, fit in fits.items() if fit}


def _settle_towns(areas: list[Area], source: Source) -> list[Area]:
    """Gives each neighbourhood one municipality.

    Where the name decides, municipalities that have merged bear one name and still several codes: the code of most neighbourhoods stands
    for all. Where a name is missing, another row of the same code gives it, else the code itself is the name.
    """
    language = next(iter(source.name))
    known: dict[str, Names] = {}
    for area in areas:
        if area.town_names:
            known.setdefault(area.town_code, area.town_names)
    for area in areas:
        area.town_names = area.town_names or known.get(area.town_code) or {language: area.town_code}
    if source.municipality_in_brackets:
        codes: dict[str, Counter[str]] = {}
        for area in areas:
            codes.setdefault(area.town_names.get(language, ""), Counter())[area.town_code] += 1
        for area in areas:
            counted = codes[area.town_names.get(language, "")]
            area.town_code = min(counted, key=lambda code: (-counted[code], code))
    return areas
