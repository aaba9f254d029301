"""The figures of a year, for the organisation's report: to read, to print, and as a file."""

import csv
import io
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter

from buurtnet.geography.rules.naming import name_in
from buurtnet.intake.pages.pasting import DbIn, Sections, ViewerIn
from buurtnet.intake.queries.figures import count_year
from buurtnet.intake.rules.figures import PARTS, TABLES, tell_parts, tell_table, tell_times
from buurtnet.intake.schemas import Counted, Figure, FigureTable
from buurtnet.kit.clock import now
from buurtnet.kit.errors import NotFound
from buurtnet.kit.guards import responsible
from buurtnet.kit.viewer import require_confirmed
from buurtnet.web.choosing import use_language
from buurtnet.web.language import _, current_language, speak, today
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
Year = Annotated[int, QueryParameter(ge=0, le=9999)]


def read_year(year: int) -> int:
    """The year that was asked for, this one where none was; NotFound for any but this one and the last, of which everything is still there."""
    this = today().year
    if year not in (0, this, this - 1):
        raise NotFound
    return year or this


def make_tables(counted: list[Counted]) -> list[FigureTable]:
    """The tables in words, the people first."""
    language = current_language().code
    people, parts = tell_parts(counted)
    tables = [
        FigureTable(key="people", title=_("People"), rows=[Figure(label=_(PARTS[key]), count=n) for key, n in parts.items()], total=people)
    ]
    for what, title in TABLES.items():
        told, total = tell_table(counted, what, parts)
        rows = [Figure(label=name_in(label, language) if label else code, count=n) for code, label, n in told]
        if rows:
            tables.append(FigureTable(key=what, title=_(title), rows=rows, total=total))
    return tables


@get("/desk/figures", guards=[responsible], include_in_schema=False)
async def show_figures(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, year: Year = 0) -> Response[str]:
    """The figures of this year or the last, as they may stand in a report."""
    chosen = read_year(year)
    counted = await count_year(db, viewer, chosen)
    return render(
        request,
        "intake/figures.html",
        desk=sections,
        year=chosen,
        years=[today().year, today().year - 1],
        tables=make_tables(counted),
        times=tell_times(counted),
    )


@get("/desk/figures.csv", guards=[responsible], include_in_schema=False)
async def send_figures(request: Asked, db: DbIn, viewer: ViewerIn, year: Year = 0) -> Response[bytes]:
    """The same as a file for a spreadsheet, after showing again that it is you."""
    require_confirmed(viewer, now())
    speak(use_language(request))
    chosen = read_year(year)
    counted = await count_year(db, viewer, chosen)
    headers = {"Content-Disposition": f'attachment; filename="buurtnet-{chosen}.csv"', "Cache-Control": "no-store"}
    return Response(write_file(make_tables(counted), tell_times(counted), chosen), media_type="text/csv; charset=utf-8", headers=headers)


def write_file(tables: list[FigureTable], times: int | None, year: int) -> bytes:
    """The tables one below the other, as Excel opens them here: semicolons, and UTF-8 with its mark."""
    file = io.StringIO()
    lines = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for table in tables:
        lines.writerow([f"{table.title} {year}", _say_count(table.total)])
        lines.writerows([_plain(row.label), _say_count(row.count)] for row in table.rows)
        lines.writerow([])
    lines.writerow([_("Times neighbours helped each other"), _say_count(times)])
    lines.writerow([_("Counts are rounded to 5. Fewer than 10 people are not told.")])
    return file.getvalue().encode("utf-8-sig")


def _say_count(count: int | None) -> str:
    return "" if count is None else str(count)


def _plain(label: str) -> str:
    """The label, which no spreadsheet takes for a formula."""
    return f"'{label}" if label[:1] in "=+-@\t" else label


HANDLERS = (show_figures, send_figures)
