"""An import and a count in words, for the terminal of the operator."""

from collections.abc import Iterable, Mapping, Sequence

from buurtnet.geography.schemas import Change, Fate, ImportReport, Merged, PopulationReport, Wrong

SHOWN = 10
"""Codes in a line; a longer list says how many more there are."""
FATES: Mapping[Fate, str] = {
    Fate.SPLIT: "Split",
    Fate.MERGED: "Part of another one now",
    Fate.RECODED: "The same ground under another code",
    Fate.ELSEWHERE: "The same code for other ground",
    Fate.RESHAPED: "Other borders",
}


def tell_report(report: ImportReport) -> list[str]:
    """What was imported and what was found in the file, a line each, nothing about what is in order."""
    said = [
        f"{report.neighbourhoods} neighbourhoods in {report.municipalities} municipalities ({report.source}, {report.vintage}), "
        f"{report.pairs} distances up to 10 km, in {report.seconds:.1f} s.",
        f"{report.uninhabited} of them are parks, stations, works or woods where nobody lives." if report.uninhabited else "",
        f"Mended {_count(report.repaired, 'invalid outline')}." if report.repaired else "",
        f"Joined the rows of {_count(report.joined, 'code')}." if report.joined else "",
        f"Overlaps: {_list(f'{one.a} and {one.b} ({one.m2} m²)' for one in report.overlaps)}." if report.overlaps else "",
        f"{report.gaps} gaps between them, {report.gaps_m2} m² together." if report.gaps else "",
        *_tell_small(report.merged, report.small),
        f"{report.unknown} of them have no number of people: the floor of 50 adults is not checked there." if report.unknown else "",
        f"{report.replaced} neighbourhoods of an earlier import ended; their ground belongs to new ones." if report.replaced else "",
        *_tell_changes(report.changes),
        f"Other names: {_list(f'{one.code} ({_name(one.before)} → {_name(one.after)})' for one in report.renamed)}."
        if report.renamed
        else "",
        f"Neither named nor covered by the file, so they stay: {_list(report.left)}." if report.left else "",
    ]
    return [line for line in said if line]


def tell_count(report: PopulationReport) -> list[str]:
    """What was counted and what was wrong in the table, a line each, nothing about what is in order."""
    adults = "" if report.adults is None else f", {report.adults} of them adults,"
    said = [
        f"{report.people} people{adults} in {report.neighbourhoods} neighbourhoods ({report.source}), from {report.rows} rows, "
        f"in {report.seconds:.1f} s.",
        f"Summed the rows of {report.summed} codes." if report.summed else "",
        f"No neighbourhood has the {_count(report.unmatched, 'code')}." if report.unmatched else "",
        f"Nothing is told of {_count(report.unknown, 'neighbourhood')}." if report.unknown else "",
        f"Rows that stand twice, counted once: {_list(report.doubles)}." if report.doubles else "",
        f"Rows that are alike and tell two numbers, not counted: {_list(report.torn)}." if report.torn else "",
        f"Negative numbers, not counted: {_rows(report.negative)}." if report.negative else "",
        f"No whole numbers, not counted: {_rows(report.no_number)}." if report.no_number else "",
        f"More adults than people, not counted: {_rows(report.too_many_adults)}." if report.too_many_adults else "",
        *_tell_small(report.merged, report.small),
        *_tell_changes(report.changes),
    ]
    return [line for line in said if line]


def _tell_small(merged: Sequence[Merged], small: Sequence[str]) -> list[str]:
    return [
        f"Merged for fewer than 50 adults: {_list(f'{one.code} ({one.adults}) into {one.into}' for one in merged)}." if merged else "",
        f"Fewer than 50 adults and no neighbour to merge with: {_list(small)}." if small else "",
    ]


def _tell_changes(changes: Sequence[Change]) -> list[str]:
    """A line for each fate, then whom it concerns."""
    said = [
        f"{words}: {_list(_tell_change(change) for change in changes if change.fate is fate)}."
        for fate, words in FATES.items()
        if any(change.fate is fate for change in changes)
    ]
    asked = sum(change.asked for change in changes)
    return [*said, f"The people of {asked} of these are asked where they live now." if asked else ""]


def _tell_change(change: Change) -> str:
    if [part.code for part in change.parts] == [change.code]:
        return f"{change.code} (keeps {change.parts[0].share:.0%})"
    return f"{change.code} → {' + '.join(f'{part.code} {part.share:.0%}' for part in change.parts)}"


def _name(names: Mapping[str, str]) -> str:
    return " · ".join(dict.fromkeys(names.values()))


def _rows(wrong: Sequence[Wrong]) -> str:
    return _list(f"row {one.row} ({one.code or 'no code'}: {one.value or 'empty'})" for one in wrong)


def _count(codes: Sequence[str], what: str) -> str:
    return f"{len(codes)} {what}{'s' if len(codes) > 1 else ''}: {_list(codes)}"


def _list(items: Iterable[str]) -> str:
    every = list(items)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
