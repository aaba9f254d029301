"""An import in words, for the terminal of the operator."""

from collections.abc import Iterable, Sequence

from buurtnet.geography.schemas import ImportReport

SHOWN = 10
"""Codes in a line; a longer list says how many more there are."""


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
        f"Merged for fewer than 50 adults: {_list(f'{one.code} ({one.adults}) into {one.into}' for one in report.merged)}."
        if report.merged
        else "",
        f"Fewer than 50 adults and no neighbour to merge with: {_list(report.small)}." if report.small else "",
        f"{report.replaced} neighbourhoods of an earlier import ended; their ground belongs to new ones." if report.replaced else "",
    ]
    return [line for line in said if line]


def _count(codes: Sequence[str], what: str) -> str:
    return f"{len(codes)} {what}{'s' if len(codes) > 1 else ''}: {_list(codes)}"


def _list(items: Iterable[str]) -> str:
    every = list(items)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
